// A real window on a small generated network, answered by the CPU reference: what the tests of the window share.
#pragma once

#include "gui/main_window.h"
#include "nn/generated_parameters.h"
#include "nn/resnet.h"
#include "reference/executor.h"
#include "session/session.h"
#include "zoo/open_model.h"

#include <QDragEnterEvent>
#include <QDropEvent>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMimeData>
#include <QPainter>
#include <QTemporaryDir>
#include <QtEndian>
#include <QtTest>

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

/// A ResNeXt as small as they go: bottlenecks with four groups.
inline std::shared_ptr<const nn::Model> groupedModel()
{
    nn::Architecture wanted = *nn::architectureNamed("resnet8");
    wanted.block = nn::BlockKind::Bottleneck;
    wanted.groups = 4;
    wanted.groupChannels = 16;
    return generatedModel("grouped", wanted);
}

/// The model as a checkpoint file.
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

/// A picture with structure, different for every seed.
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

/// One window with everything it needs. "small", "deep", "plain" and "grouped" are generated; other names are files.
struct WindowBench {
    QTemporaryDir folder;
    gui::Settings settings{folder.filePath("settings.ini")};
    gui::Catalogue catalogue{{{"small", "Small", "A generated ResNet-8"}, {"deep", "Deep", "A generated ResNet-20"}},
                             {}};
    session::Session session{services()};
    gui::MainWindow window{{session, catalogue, settings, [](gui::ThemeChoice) {}}};

    static session::WorkerServices services()
    {
        return {[](const std::string &name) -> Result<std::shared_ptr<const nn::Model>> {
                    if (name == "small" || name == "deep")
                        return generatedModel(name, name == "small" ? "resnet8" : "resnet20");
                    if (name == "plain")
                        return generatedModel(name, "plain8");
                    if (name == "grouped")
                        return groupedModel();
                    return zoo::openModel(name);
                },
                [](std::shared_ptr<const nn::Model> model) -> Result<std::unique_ptr<nn::Executor>> {
                    return reference::makeExecutor(std::move(model), "a test");
                }};
    }

    QString savedPicture(const QString &name, int seed) const
    {
        const QString path = folder.filePath(name);
        if (!drawnPicture(seed).save(path, "PNG"))
            qFatal("cannot write %s", qPrintable(path));
        return path;
    }

    QString savedBytes(const QString &name, const QByteArray &bytes) const
    {
        QFile file(folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("cannot write %s", qPrintable(file.fileName()));
        return file.fileName();
    }

    /// Shown and active, so that shortcuts reach it.
    void show()
    {
        window.show();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
    }

    void drop(const QMimeData &mime)
    {
        const QPoint where = window.rect().center();
        QDragEnterEvent enter(where, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(&window, &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent event(where, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(&window, &event);
        QVERIFY(event.isAccepted());
    }

    void dropFiles(const QStringList &paths)
    {
        QMimeData mime;
        QList<QUrl> urls;
        for (const QString &path : paths)
            urls << QUrl::fromLocalFile(path);
        mime.setUrls(urls);
        drop(mime);
    }

    /// The one that is seen, where there are several: pages that are not in front have theirs.
    template <typename Widget>
    Widget *part() const
    {
        const QList<Widget *> all = window.findChildren<Widget *>();
        if constexpr (std::is_base_of_v<QWidget, Widget>)
            for (Widget *widget : all)
                if (widget->isVisible())
                    return widget;
        return all.isEmpty() ? nullptr : all.front();
    }

    /// Saved where the build collects them; their looks are judged by people.
    void screenshot(const QString &name)
    {
        const QString where = qEnvironmentVariable("RESLENS_SCREENSHOTS");
        if (where.isEmpty())
            return;
        QDir().mkpath(where);
        QVERIFY(window.grab().save(where + "/" + name + ".png"));
    }
};

} // namespace reslens::test
