#include "gui/session_storage.h"

#include "image/decode.h"
#include "models/tr.h"
#include "pages/files.h"

#include <QBuffer>
#include <QCryptographicHash>
#include <QFile>
#include <QFileInfo>

namespace reslens::gui {

namespace {

constexpr int kShownDigits = 12;           // enough of a hash to compare by eye
constexpr qsizetype kPieceBytes = 1 << 20; // hashed between two looks at the stop token

QString mebibytes(qsizetype bytes)
{
    return QString::number(double(bytes) / (1 << 20), 'f', 1);
}

/// Says how the file differs from the saved one; empty if it is the same.
QString changeOf(const QString &path, const QString &expected, const QString &what, const std::stop_token &stop)
{
    const Result<QString> found = sha256Of(path, stop);
    if (!found && found.error().kind == ErrorKind::NotFound)
        return tr("%1: the %2 of this session is gone; expected a file with SHA-256 %3…")
            .arg(path, what, expected.left(kShownDigits));
    if (!found)
        return QString::fromStdString(found.error().message());
    if (*found != expected)
        return tr("%1: the %2 of this session has changed and is not opened; expected SHA-256 %3…, found %4…")
            .arg(path, what, expected.left(kShownDigits), found->left(kShownDigits));
    return {};
}

void checkPicture(OpenedSession &opened, const std::stop_token &stop)
{
    const SavedPicture &picture = opened.session.picture;
    if (picture.isNull())
        return;
    QString problem;
    if (picture.path.isEmpty()) {
        const Result<QImage> decoded = image::decodeBytes(picture.png, picture.name);
        if (decoded)
            opened.pasted = *decoded;
        else
            problem = QString::fromStdString(decoded.error().message());
    } else {
        problem = changeOf(picture.path, picture.sha256, tr("picture"), stop);
    }
    opened.hasPicture = problem.isEmpty();
    if (!problem.isEmpty())
        opened.problems << problem;
}

void checkModel(OpenedSession &opened, const std::stop_token &stop)
{
    const SavedModel &model = opened.session.model;
    if (model.source.isEmpty())
        return;
    const bool isFile = QFileInfo(model.source).isAbsolute(); // otherwise an embedded model
    const QString problem =
        isFile || !model.sha256.isEmpty() ? changeOf(model.source, model.sha256, tr("model"), stop) : QString();
    opened.hasModel = problem.isEmpty();
    if (!problem.isEmpty())
        opened.problems << problem;
}

} // namespace

Result<QString> sha256Of(const QString &path, const std::stop_token &stop)
{
    QFile file(path);
    if (!QFileInfo(path).isFile())
        return fail(ErrorKind::NotFound, path.toStdString(), "no such file");
    QCryptographicHash hash(QCryptographicHash::Sha256);
    bool isRead = file.open(QIODevice::ReadOnly);
    QByteArray piece(kPieceBytes, Qt::Uninitialized);
    while (isRead && !stop.stop_requested()) {
        const qint64 bytes = file.read(piece.data(), piece.size());
        if (bytes == 0)
            return QString::fromLatin1(hash.result().toHex());
        isRead = bytes > 0;
        hash.addData(QByteArrayView(piece.data(), isRead ? bytes : 0));
    }
    if (isRead)
        return fail(ErrorKind::Cancelled, path.toStdString(), "its hash was cancelled");
    return fail(ErrorKind::Io, path.toStdString(), "cannot be read: " + file.errorString().toStdString());
}

Result<QString> writeSession(const QString &path, SavedSession session, const QImage &pasted,
                             const std::stop_token &stop)
{
    if (!session.picture.path.isEmpty())
        session.picture.sha256 = TRY(sha256Of(session.picture.path, stop));
    if (QFileInfo(session.model.source).isAbsolute())
        session.model.sha256 = TRY(sha256Of(session.model.source, stop));
    if (!pasted.isNull()) {
        QBuffer buffer(&session.picture.png);
        pasted.save(&buffer, "PNG");
        if (const qsizetype size = session.picture.png.size(); size > kMaxEmbeddedBytes) {
            session.picture.png.clear();
            session.note = tr("The pasted picture is not kept: %1 MiB as PNG, a session holds at most %2")
                               .arg(mebibytes(size), mebibytes(kMaxEmbeddedBytes));
        }
    }
    return pages::writeBytes(path, bytesOf(session)).map([&session] { return session.note; });
}

Result<OpenedSession> readSession(const QString &path, const std::stop_token &stop)
{
    QFile file(path);
    if (!QFileInfo(path).isFile())
        return fail(ErrorKind::NotFound, path.toStdString(), "no such file");
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorKind::Io, path.toStdString(), "cannot be read: " + file.errorString().toStdString());
    OpenedSession opened{TRY(savedSessionFrom(file.read(kMaxSessionBytes + 1), path)), {}, false, false, {}};
    if (!opened.session.note.isEmpty())
        opened.problems << opened.session.note;
    checkPicture(opened, stop);
    checkModel(opened, stop);
    return opened;
}

} // namespace reslens::gui
