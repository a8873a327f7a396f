// The state of the window: open things, selections and answers. Views read it and listen to it; it asks the worker. It
// lives on the GUI thread and never waits for the disk or the device.
#pragma once

#include "analysis/ranking.h"
#include "image/decode.h"
#include "nn/objective.h"
#include "session/background.h"
#include "session/block_numbers.h"
#include "session/devices.h"
#include "session/gpu_worker.h"
#include "session/intake.h"
#include "session/live_scales.h"
#include "session/position.h"
#include "session/trust.h"

#include <QElapsedTimer>
#include <QObject>
#include <QPointF>
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

    // Requests. failed() reports an error; the open things stay open.
    /// Without `settings`, those that the person gave this model earlier are taken.
    void openModel(const QString &nameOrPath, std::optional<zoo::ModelSettings> settings = {});
    /// Opens the same model with other settings, and remembers them. One step to undo.
    void changeSettings(const zoo::ModelSettings &settings);
    /// Opens the same model on another device: a DeviceChoice's id.
    void chooseDevice(const QString &id);
    /// Pictures replace the strip, and the first is shown. A checkpoint becomes the model.
    void openPaths(const QStringList &paths);
    void openUrls(const QList<QUrl> &urls);
    void openImage(const QImage &image, const QString &name);
    void showPicture(int index); // an index in pictures()
    /// Shows the open picture with these values as black and white; without any, its full range. Only of a file with
    /// more than 8 bits a channel.
    void showLevels(std::optional<image::Levels> levels);
    void selectPosition(int position);
    void selectTap(int index);
    void selectChannel(int channel);
    /// Sets the class that views explain. It stays while blocks are scaled. -1: the top class.
    void selectTarget(int classIndex);
    /// A difference needs `against`, another class. Other kinds ignore it.
    void selectObjective(nn::ObjectiveKind kind, int against = -1);
    /// Tells the position under the mouse, so that other views can point at it; kNowhere: none.
    void hoverPosition(int position);
    /// Selects a place of the crop, in fractions of its sides; std::nullopt selects none.
    void selectPixel(std::optional<QPointF> fraction);
    /// Writes a file on a background thread. failed() reports an error, noticed() success.
    void write(const QString &path, std::function<Result<void>()> writer);

    // Questions about the current trace, or about the picture with another model: see GpuWorker::ask() and askGuest().
    // Without a trace or a picture nothing is asked.
    template <typename Work, typename Done>
    void ask(QObject *asker, const QString &tag, Work work, Done done, GpuWorker::Progress onProgress = {})
    {
        if (m_traced)
            m_worker.ask(asker, tag, m_traced->id, std::move(work), std::move(done), std::move(onProgress));
    }
    template <typename Work, typename Done>
    void askGuest(QObject *asker, const QString &tag, const QString &nameOrPath, Work work, Done done,
                  GpuWorker::Progress onProgress = {})
    {
        if (!m_picture.isNull())
            m_worker.askGuest(asker, tag, nameOrPath, m_picture.image, std::move(work), std::move(done),
                              std::move(onProgress));
    }
    GpuWorker &worker() { return m_worker; }
    const GpuWorker &worker() const { return m_worker; }
    /// Emits failed(), unless the error is a cancellation.
    void tell(const Error &error);

    // The open model and pictures.
    const nn::Model *model() const { return m_model.get(); }
    const QString &modelSource() const { return m_modelSource; } // the name or path it was opened by
    bool isOpeningModel() const { return m_worker.isUnderWay("model"); }
    /// What the person has set of the open model.
    const zoo::ModelSettings &settings() const { return m_settings; }
    /// The same as options of reslens-cli, and the number of class names that were typed; empty if nothing is set.
    QString settingsText() const;
    const nn::DeviceInfo &device() const { return m_device; }
    const QString &deviceId() const { return m_deviceId; } // that was chosen; empty: the default
    Devices &devices() { return *m_devices; }
    const MemoryUse &memory() const { return m_worker.memory(); }
    const Picture &picture() const { return m_picture; }
    const std::vector<PictureSource> &pictures() const { return m_pictures; }
    int pictureIndex() const { return m_pictureIndex; }
    LiveScales &scales() { return m_scales; }
    const LiveScales &scales() const { return m_scales; }

    // The answers, all about one picture and one model; empty before the first one.
    const std::optional<Traced> &traced() const { return m_traced; }
    const std::vector<analysis::Prediction> &predictions() const { return m_predictions; }
    BlockNumbers &numbers() { return *m_numbers; }
    Trust &trust() { return *m_trust; }

    // The selections.
    int position() const { return m_position; }
    /// The selected block; -1 if the stem or the head is selected, or no model is open.
    int block() const;
    int hoveredPosition() const { return m_hovered; }
    const std::vector<nn::Tap> &taps() const { return m_taps; }
    int tapIndex() const { return m_tapIndex; }
    const nn::Tap *tap() const { return m_tapIndex < int(m_taps.size()) ? &m_taps[m_tapIndex] : nullptr; }
    int channel() const { return m_channel; }
    std::optional<QPointF> pixel() const { return m_pixel; }
    int targetClass() const { return m_target; }
    /// The objective with targetClass().
    nn::Objective objective() const { return {m_kind, m_target, m_against}; }

    /// "Opening resnet50…", "Running resnet50…", or empty when nothing is under way.
    QString activity() const;

signals:
    void modelChanged();
    void pictureChanged();
    void picturesChanged();
    void thumbnailReady(int index, const QImage &thumbnail);
    void tracedChanged(); // another picture, model or scale voids everything derived from the trace; a new target
    void positionChanged();
    void hoveredChanged();
    void tapChanged();
    void channelChanged();
    void pixelChanged();
    void objectiveChanged(); // its target included
    void activityChanged();  // the open requests, or the memory in use
    void settingsRefused();  // the open model stays as it is; failed() says why
    void failed(const QString &message);
    void noticed(const QString &message);

private:
    friend class SettingsStep;         // undoes and redoes
    enum class Kept { Nothing, Work }; // scales, target and history, when the same model opens in another way
    void requestModel(ModelRequest request, Kept kept, std::function<void()> onOpened = {});
    void accept(const ModelOpened &opened, Kept kept);
    void forgetTarget(nn::Activation before);
    ModelRequest sameModel(zoo::ModelSettings settings) const;
    void accept(const Traced &traced);
    void acceptIntake(Intake intake);
    struct Decoded {
        QImage image;
        image::PictureFacts facts;
    };
    void acceptPicture(int index, const PictureSource &source, Result<Decoded> decoded);
    void setPictures(std::vector<PictureSource> pictures);
    void replaceStrip(std::vector<PictureSource> pictures);
    void decode(int index, const PictureSource &source, const image::PictureOptions &options = {});
    void requestThumbnails();
    void runTrace();
    void followScales();
    bool isRunning() const { return m_worker.isUnderWay("trace"); }
    bool isAnswering() const { return isRunning() || m_worker.isAnyAboutTrace(); }
    void catchUp();
    void forgetTrace();
    void setTarget(int classIndex);

    std::shared_ptr<const nn::Model> m_model;
    QString m_modelSource;
    zoo::ModelSettings m_settings;
    nn::DeviceInfo m_device;
    QString m_deviceId;
    QString m_openingModel;
    Picture m_picture;
    std::vector<PictureSource> m_pictures;
    int m_pictureIndex = -1;
    LiveScales m_scales;
    std::optional<Traced> m_traced;
    std::vector<analysis::Prediction> m_predictions;
    int m_position = 0, m_hovered = kNowhere;
    std::vector<nn::Tap> m_taps;
    int m_tapIndex = 0;
    int m_channel = 0;
    std::optional<QPointF> m_pixel;
    int m_target = -1, m_against = -1;
    nn::ObjectiveKind m_kind = nn::ObjectiveKind::LogProbability;
    bool m_takesTopClass = true; // the next trace's top class becomes the target

    QTimer m_later;          // delays the newest scales while older ones are answered
    QElapsedTimer m_begun;   // time since the newest trace began
    QTimer m_patience;       // how long old numbers may stand next to a new picture
    BlockNumbers *m_numbers; // a child object
    Trust *m_trust;
    Devices *m_devices;
    Background m_background;
    GpuWorker m_worker; // last: its thread ends first
};

} // namespace reslens::session
