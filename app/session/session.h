// What is open and what is selected. Views read it and listen to it; it asks the worker and keeps the answers.
// Lives on the GUI thread and never waits for the disk or the device.
#pragma once

#include "analysis/ranking.h"
#include "session/background.h"
#include "session/gpu_worker.h"
#include "session/intake.h"
#include "session/picture.h"
#include "session/position.h"

#include <QObject>
#include <QTimer>
#include <QUrl>

#include <memory>
#include <optional>
#include <vector>

namespace reslens::session {

class Session : public QObject {
    Q_OBJECT

public:
    explicit Session(WorkerServices services, QObject *parent = nullptr);

    // Requests. What fails is told by failed(); what was open stays open.
    void openModel(const QString &nameOrPath);
    /// Pictures replace the strip and the first is shown; a checkpoint becomes the model.
    void openPaths(const QStringList &paths);
    void openUrls(const QList<QUrl> &urls);
    void openImage(const QImage &image, const QString &name);
    void showPicture(int index); // of pictures()
    void selectPosition(int position);
    void selectTap(int index);
    void selectChannel(int channel);
    void selectTarget(int classIndex);
    /// Writes a file on a background thread; what fails is told by failed(), what is done by noticed().
    void write(const QString &path, std::function<Result<void>()> writer);

    // What is open.
    const nn::Model *model() const { return m_model.get(); }
    const nn::DeviceInfo &device() const { return m_device; }
    std::size_t memoryBytes() const { return m_memoryBytes; }
    const Picture &picture() const { return m_picture; }
    const std::vector<PictureSource> &pictures() const { return m_pictures; }
    int pictureIndex() const { return m_pictureIndex; }

    // What came of it. All of one picture and one model; empty until the first answer.
    const std::optional<Traced> &traced() const { return m_traced; }
    const std::vector<analysis::Prediction> &predictions() const { return m_predictions; }

    // What is selected.
    int position() const { return m_position; }
    const std::vector<nn::Tap> &taps() const { return m_taps; }
    int tapIndex() const { return m_tapIndex; }
    const nn::Tap *tap() const { return m_tapIndex < int(m_taps.size()) ? &m_taps[m_tapIndex] : nullptr; }
    int channel() const { return m_channel; }
    int targetClass() const { return m_target; }
    /// The selected tap's tensor; null until it has been read.
    std::shared_ptr<const Tensor> tensor() const { return m_tensor; }

    /// "Opening resnet50…", "Running resnet50…", or empty when nothing is under way.
    QString activity() const;

signals:
    void modelChanged();
    void modelOpened(const QString &nameOrPath);
    void pictureChanged();
    void pictureOpened(const QString &path);
    void picturesChanged();
    void thumbnailReady(int index, const QImage &thumbnail);
    void tracedChanged();
    void positionChanged();
    void tapChanged();
    void tensorChanged();
    void channelChanged();
    void targetChanged();
    void activityChanged();
    void failed(const QString &message);
    void noticed(const QString &message);

private:
    void take(const Answer &answer);
    void accept(const ModelOpened &opened);
    void accept(const Traced &traced);
    void accept(const LayerRead &read);
    void accept(const Error &error);
    void acceptIntake(Intake intake);
    void acceptPicture(int index, const PictureSource &source, Result<QImage> decoded);
    void setPictures(std::vector<PictureSource> pictures);
    void requestThumbnails();
    void runTrace();
    void forgetTrace();
    void readTap();

    std::shared_ptr<const nn::Model> m_model;
    nn::DeviceInfo m_device;
    std::size_t m_memoryBytes = 0;
    QString m_openingModel;
    Picture m_picture;
    std::vector<PictureSource> m_pictures;
    int m_pictureIndex = -1;
    std::optional<Traced> m_traced;
    std::uint64_t m_traceId = 0;
    std::vector<analysis::Prediction> m_predictions;
    int m_position = 0;
    std::vector<nn::Tap> m_taps;
    int m_tapIndex = 0;
    int m_channel = 0;
    int m_target = -1;
    std::shared_ptr<const Tensor> m_tensor;

    std::uint64_t m_modelRequest = 0, m_traceRequest = 0, m_layerRequest = 0;
    bool m_isOpening = false, m_isRunning = false;
    QTimer m_patience; // how long an older picture's numbers may stand beside a new picture
    Background m_background;
    GpuWorker m_worker; // last: its thread ends first
};

} // namespace reslens::session
