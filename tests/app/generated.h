// Networks and pictures generated for tests: small, with structure, and the same every time.
#pragma once

#include "nn/generated_parameters.h"
#include "nn/resnet.h"

#include <QImage>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPainter>
#include <QtEndian>

#include <memory>

namespace reslens::test {

inline std::shared_ptr<const nn::Model> generatedModel(const std::string &name, nn::Architecture wanted)
{
    auto model = std::make_shared<nn::Model>();
    wanted.classes = 10;
    model->name = name;
    model->network = nn::buildNetwork(wanted);
    model->parameters = nn::generateParameters(model->network);
    for (int i = 0; i < wanted.classes; ++i)
        model->labels.push_back(name + " class " + std::to_string(i));
    model->preprocess.resize = model->preprocess.crop = wanted.inputSize();
    model->preprocess.source = "test";
    return model;
}

inline std::shared_ptr<const nn::Model> generatedModel(const std::string &name, const std::string &architecture)
{
    return generatedModel(name, *nn::architectureNamed(architecture));
}

/// Makes a smallest ResNeXt: bottlenecks with four groups.
inline std::shared_ptr<const nn::Model> groupedModel()
{
    nn::Architecture wanted = *nn::architectureNamed("resnet8");
    wanted.block = nn::BlockKind::Bottleneck;
    wanted.groups = 4;
    wanted.groupChannels = 16;
    return generatedModel("grouped", wanted);
}

/// Writes the model as a checkpoint file.
inline QByteArray safetensorsOf(const nn::Model &model)
{
    QJsonObject header;
    QByteArray data;
    for (const auto &[name, tensor] : model.parameters) {
        QJsonArray shape;
        for (const std::int64_t extent : tensor.shape)
            shape.append(qint64(extent));
        const qint64 begin = data.size();
        data.append(reinterpret_cast<const char *>(tensor.bytes.data()), qsizetype(tensor.bytes.size()));
        header[QString::fromStdString(name)] =
            QJsonObject{{"dtype", "F32"}, {"shape", shape}, {"data_offsets", QJsonArray{begin, qint64(data.size())}}};
    }
    const QByteArray text = QJsonDocument(header).toJson(QJsonDocument::Compact);
    QByteArray size(8, 0);
    qToLittleEndian<quint64>(quint64(text.size()), size.data());
    return size + text + data;
}

/// Draws a picture with structure, different for every seed.
inline QImage drawnPicture(int seed, QSize size = {96, 64})
{
    QImage image(size, QImage::Format_RGB888);
    QLinearGradient sky(0, 0, size.width(), size.height());
    sky.setColorAt(0, QColor::fromHsv(seed * 47 % 360, 160, 240));
    sky.setColorAt(1, QColor::fromHsv((seed * 47 + 140) % 360, 200, 90));
    QPainter painter(&image);
    painter.fillRect(image.rect(), sky);
    painter.setBrush(QColor::fromHsv((seed * 91 + 30) % 360, 220, 255));
    painter.drawEllipse(QPointF(size.width() * 0.5, size.height() * 0.5), 18, 14);
    return image;
}

} // namespace reslens::test
