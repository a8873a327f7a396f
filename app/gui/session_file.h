// A session as a file (.reslens): what was open, selected and changed, so that it can be opened again. Conversion only;
// reading, hashing and writing are session_storage.h's.
#pragma once

#include "error/error.h"
#include "nn/executor.h"
#include "nn/objective.h"

#include <QByteArray>
#include <QImage>
#include <QRect>
#include <QString>

#include <vector>

namespace reslens::gui {

constexpr int kSessionVersion = 1;
constexpr qsizetype kMaxSessionBytes = qsizetype(96) << 20;  // of a file that is read at all
constexpr qsizetype kMaxEmbeddedBytes = qsizetype(32) << 20; // of a pasted picture as PNG
constexpr int kMaxSessionBlocks = 10000;
constexpr int kMaxSessionPanels = 16;

/// A picture is a file, known by its content's hash, or the picture itself where it was pasted. Neither: there was
/// none.
struct SavedPicture {
    QString name;
    QString path;   // empty: `image`
    QString sha256; // of the file, in hex
    QByteArray png; // of a pasted picture
    bool isNull() const { return path.isEmpty() && png.isEmpty(); }
};

struct SavedModel {
    QString source;       // what Session::openModel takes: an embedded name or a path; empty: no model was open
    QString sha256;       // of the file; empty for embedded models
    QString architecture; // "resnet50"
    int classes = 0;
};

/// Where one of the window's panels stood. Not as QMainWindow::saveState() writes it: Qt trusts those bytes, and a file
/// may come from anybody.
struct SavedPanel {
    QString id; // its object's name
    Qt::DockWidgetArea area = Qt::LeftDockWidgetArea;
    bool isVisible = true, isFloating = false;
    QRect place; // on the screen where it floats; else only its size counts
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
    QString note; // what could not be kept, in words; empty: nothing
};

/// By its ending, .reslens.
bool isSessionFile(const QString &path);

QByteArray bytesOf(const SavedSession &session);

/// `name` is the subject of errors. Malformed: no JSON, a value of the wrong kind or out of range, saying which;
/// Unsupported: a newer version; Limit: too large.
Result<SavedSession> savedSessionFrom(const QByteArray &bytes, const QString &name);

} // namespace reslens::gui
