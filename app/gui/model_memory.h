// Remembers what a person has set of each model: of a file by its content, so that a moved or copied one is known
// again.
#pragma once

#include "zoo/model_settings.h"

#include <QDateTime>
#include <QHash>
#include <QString>

#include <string>

namespace reslens::gui {

/// Reads and hashes files: for a thread that may wait. One thread at a time.
class ModelMemory {
public:
    /// `file` is an .ini file, which may be the one of Settings.
    explicit ModelMemory(QString file) : m_file(std::move(file)) {}

    /// Empty if nothing was set, or the model cannot be read.
    zoo::ModelSettings recall(const std::string &nameOrPath);
    /// Empty settings are forgotten.
    void remember(const std::string &nameOrPath, const zoo::ModelSettings &settings);

private:
    QString keyOf(const QString &nameOrPath);

    struct Hash {
        qint64 bytes;
        QDateTime changed;
        QString sha256;
    };
    const QString m_file;
    QHash<QString, Hash> m_hashes; // by path, of this run
};

} // namespace reslens::gui
