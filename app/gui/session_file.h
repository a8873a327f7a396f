// A session as a file (.reslens): models, picture, selection and changes, so that it can be opened again. This file
// only converts; session_storage.h reads, hashes and writes.
#pragma once

#include "error/error.h"
#include "image/levels.h"
#include "nn/executor.h"
#include "nn/objective.h"
#include "zoo/model_settings.h"

#include <QByteArray>
#include <QImage>
#include <QRect>
#include <QString>

#include <optional>
#include <vector>

namespace reslens::gui {

constexpr int kSessionVersion = 1;
constexpr qsizetype kMaxSessionBytes = qsizetype(96) << 20;  // limit of a file that is read
constexpr qsizetype kMaxEmbeddedBytes = qsizetype(32) << 20; // limit of a pasted picture as PNG
constexpr int kMaxSessionBlocks = 10000;
constexpr int kMaxSessionPanels = 16;

/// A picture is a file, known by its content's hash, or a pasted picture as PNG. With neither, none was open.
struct SavedPicture {
    QString name;
    QString path;                             // empty: pasted
    QString sha256;                           // of the file, in hex
    QByteArray png;                           // a pasted picture
    std::optional<image::Levels> levels = {}; // that were shown, of one with more than 8 bits a channel
    bool isNull() const { return path.isEmpty() && png.isEmpty(); }
};

struct SavedModel {
    QString source;       // for Session::openModel: an embedded name or a path; empty: none
    QString sha256;       // of the file; empty for an embedded model
    QString architecture; // "resnet50"
    int classes = 0;
    zoo::ModelSettings settings = {}; // of the person's own
};

/// The place of one of the window's panels. QMainWindow::saveState() is not used: Qt trusts its bytes, but a session
/// file may come from anybody.
struct SavedPanel {
    QString id; // the object's name
    Qt::DockWidgetArea area = Qt::LeftDockWidgetArea;
    bool isVisible = true, isFloating = false;
    QRect place; // on the screen if it floats; otherwise only the size counts
    bool operator==(const SavedPanel &) const = default;
};

struct SavedSession {
    SavedPicture picture;
    SavedModel model;
    std::vector<nn::BlockScale> scales; // one per block; empty: all 1
    nn::Objective objective;            // target -1: the top class
    int position = 0;                   // session/position.h
    QString tap;                        // "y"
    int channel = 0;
    QString tab; // PageEntry::id
    std::vector<SavedPanel> panels;
    QString note; // says what could not be saved; empty: all is saved
};

/// True for the ending .reslens.
bool isSessionFile(const QString &path);

QByteArray bytesOf(const SavedSession &session);

/// `name` is the subject of errors. Malformed: no JSON, a value of the wrong kind or out of range (the error names
/// it). Unsupported: a newer version. Limit: too large.
Result<SavedSession> savedSessionFrom(const QByteArray &bytes, const QString &name);

} // namespace reslens::gui
