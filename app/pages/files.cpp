#include "pages/files.h"

#include "image/npy.h"

#include <QSaveFile>

namespace reslens::pages {

namespace {

template <typename Write>
Result<void> save(const QString &path, Write write)
{
    QSaveFile file(path);
    if (file.open(QIODevice::WriteOnly) && write(file) && file.commit())
        return {};
    return fail(ErrorKind::Io, path.toStdString(), "cannot be written: " + file.errorString().toStdString());
}

} // namespace

Result<void> writePng(const QString &path, const QImage &view)
{
    return save(path, [&](QSaveFile &file) { return view.save(&file, "PNG"); });
}

Result<void> writeBytes(const QString &path, const QByteArray &bytes)
{
    return save(path, [&](QSaveFile &file) { return file.write(bytes) == bytes.size(); });
}

Result<void> writeCsv(const QString &path, const Tensor &tensor)
{
    return save(path, [&](QSaveFile &file) {
        const Shape &shape = tensor.shape;
        file.write("channel,row,column,value\n");
        for (int c = 0; c < shape.c; ++c) {
            QByteArray lines;
            for (int h = 0; h < shape.h; ++h)
                for (int w = 0; w < shape.w; ++w)
                    lines += QByteArray::number(c) + ',' + QByteArray::number(h) + ',' + QByteArray::number(w) + ',' +
                             QByteArray::number(double(tensor(0, c, h, w)), 'g', 9) + '\n';
            if (file.write(lines) != lines.size())
                return false;
        }
        return true;
    });
}

Result<void> writeArray(const QString &path, const Tensor &tensor)
{
    return image::writeNpy(path.toStdString(), tensor);
}

} // namespace reslens::pages
