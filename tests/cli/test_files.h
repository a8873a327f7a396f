// Input files for reslens-cli: small checkpoints with generated weights, and pictures.
#pragma once

#include "nn/generated_parameters.h"
#include "nn/resnet.h"

#include <QColor>
#include <QFile>
#include <QImage>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtEndian>

namespace reslens::test {

/// Writes fp32 `parameters` as a .safetensors file.
inline bool writeCheckpoint(const QString &path, const nn::Parameters &parameters, const QJsonObject &metadata = {})
{
    QJsonObject header;
    if (!metadata.isEmpty())
        header["__metadata__"] = metadata;
    QByteArray data;
    for (const auto &[name, tensor] : parameters) {
        QJsonArray shape;
        for (const std::int64_t size : tensor.shape)
            shape.append(qint64(size));
        const qsizetype begin = data.size();
        const std::vector<float> values = tensor.toFloats();
        data.append(reinterpret_cast<const char *>(values.data()), qsizetype(values.size() * sizeof(float)));
        header[QString::fromStdString(name)] = QJsonObject{
            {"dtype", "F32"}, {"shape", shape}, {"data_offsets", QJsonArray{qint64(begin), qint64(data.size())}}};
    }
    QByteArray text = QJsonDocument(header).toJson(QJsonDocument::Compact);
    text.append((8 - text.size() % 8) % 8, ' ');
    const quint64 size = qToLittleEndian(quint64(text.size()));
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(reinterpret_cast<const char *>(&size), sizeof size) > 0 &&
           file.write(text) == text.size() && file.write(data) == data.size();
}

/// A CIFAR network of ten classes that runs in milliseconds.
inline nn::Network smallNetwork(const char *name = "resnet8")
{
    return nn::buildNetwork(*nn::architectureNamed(name));
}

inline bool writeSmallCheckpoint(const QString &path, const char *name = "resnet8")
{
    return writeCheckpoint(path, nn::generateParameters(smallNetwork(name)));
}

/// A picture whose colours depend on `seed`.
inline QImage drawnPicture(int width, int height, int seed)
{
    QImage image(width, height, QImage::Format_RGB888);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            image.setPixelColor(x, y,
                                QColor((x * 7 + seed * 53) % 256, (y * 5 + seed * 101) % 256, (x * y + seed) % 256));
    return image;
}

inline bool writeBytes(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
}

} // namespace reslens::test
