// What is open and what is selected. Views read it and listen to it; it asks the worker and keeps the answers.
// Lives on the GUI thread and never waits for the disk or the device.
#pragma once

#include "analysis/ranking.h"
#include "nn/objective.h"
#include "session/background.h"
#include "session/block_numbers.h"
#include "session/gpu_worker.h"
#include "session/inquiries.h"
#include "session/intake.h"
#include "session/live_scales.h"
#include "session/picture.h"
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
    /// The class that views explain; stays while blocks are scaled. -1: the top class.
    void selectTarget(int classIndex);
    /// A difference needs `against`, another class; for the others it is ignored.
    void selectObjective(nn::ObjectiveKind kind, int against = -1);
    /// Under the mouse somewhere, so that other views can point at it; kNowhere: nothing is.
    void hoverPosition(int position);
    /// A place of the crop, in fractions of its sides; none is selected by std::nullopt.
    void selectPixel(std::optional<QPointF> fraction);
    /// Reads the selected tap's tensor; views that show it ask for it while they are seen.
    void readTensor();
    /// Writes a file on a background thread; what fails is told by failed(), what is done by noticed().
    void write(const QString &path, std::function<Result<void>()> writer);

    // Questions about the current trace, or about the picture as another model sees it: see Inquiries. Void while there
    // is no trace, or no picture.
    template <typename T>
    void ask(QObject *asker, Inquiry<T> inquiry)
    {
        if (m_traced)
            m_inquiries.ask<T>(asker, m_traceId, std::move(inquiry));
    }
    template <typename T>
    void askGuest(QObject *asker, const QString &nameOrPath, Inquiry<T> inquiry)
    {
        if (!m_picture.isNull())
            m_inquiries.askGuest<T>(asker, nameOrPath, m_picture.image, std::move(inquiry));
    }
    void forgetGuests() { m_worker.submit("guests", ForgetGuests{}); }
    Inquiries &inquiries() { return m_inquiries; }
    /// Emits failed(), unless the error is a cancellation.
    void tell(const Error &error);

    // What is open.
    const nn::Model *model() const { return m_model.get(); }
    const QString &modelSource() const { return m_modelSource; } // the name or path that it was opened by
    bool isOpeningModel() const { return m_isOpening; }
    const nn::DeviceInfo &device() const { return m_device; }
    const MemoryUse &memory() const { return m_memory; }
    const Picture &picture() const { return m_picture; }
    const std::vector<PictureSource> &pictures() const { return m_pictures; }
    int pictureIndex() const { return m_pictureIndex; }
    LiveScales &scales() { return m_scales; }
    const LiveScales &scales() const { return m_scales; }

    // What came of it. All of one picture and one model; empty until the first answer.
    const std::optional<Traced> &traced() const { return m_traced; }
    const std::vector<analysis::Prediction> &predictions() const { return m_predictions; }
    BlockNumbers &numbers() { return *m_numbers; }
    Trust &trust() { return *m_trust; }

    // What is selected.
    int position() const { return m_position; }
    /// The selected block; -1 where the stem or the head is selected, or no model is open.
    int block() const;
    int hoveredPosition() const { return m_hovered; }
    const std::vector<nn::Tap> &taps() const { return m_taps; }
    int tapIndex() const { return m_tapIndex; }
    const nn::Tap *tap() const { return m_tapIndex < int(m_taps.size()) ? &m_taps[m_tapIndex] : nullptr; }
    int channel() const { return m_channel; }
    std::optional<QPointF> pixel() const { return m_pixel; }
    int targetClass() const { return m_target; }
    /// Of targetClass().
    nn::Objective objective() const { return {m_kind, m_target, m_against}; }
    /// A tap's tensor that was read last; null while there is none of this picture and model.
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
    void tracedChanged(); // another picture, model or scale: everything derived from the trace is void
    void positionChanged();
    void hoveredChanged();
    void tapChanged();
    void tensorChanged();
    void channelChanged();
    void pixelChanged();
    void targetChanged();
    void objectiveChanged(); // its target included
    void activityChanged();
    void memoryChanged();
    void failed(const QString &message);
    void noticed(const QString &message);

private:
    void take(const Answer &answer);
    void accept(const ModelOpened &opened);
    void accept(const Traced &traced);
    void accept(const LayerRead &read);
    void accept(const Answered &) {}
    void accept(const Forgotten &) {}
    void accept(const Error &error) { tell(error); }
    void acceptIntake(Intake intake);
    void acceptPicture(int index, const PictureSource &source, Result<QImage> decoded);
    void setPictures(std::vector<PictureSource> pictures);
    void decode(int index, const PictureSource &source);
    void requestThumbnails();
    void runTrace();
    void followScales();
    bool isAnswering() const; // the trace, or a question about it
    void catchUp();
    void forgetTrace();
    void setTarget(int classIndex);

    std::shared_ptr<const nn::Model> m_model;
    QString m_modelSource;
    nn::DeviceInfo m_device;
    MemoryUse m_memory;
    QString m_openingModel;
    Picture m_picture;
    std::vector<PictureSource> m_pictures;
    int m_pictureIndex = -1;
    LiveScales m_scales;
    std::optional<Traced> m_traced;
    std::uint64_t m_traceId = 0;
    std::vector<analysis::Prediction> m_predictions;
    int m_position = 0, m_hovered = kNowhere;
    std::vector<nn::Tap> m_taps;
    int m_tapIndex = 0;
    int m_channel = 0;
    std::optional<QPointF> m_pixel;
    int m_target = -1, m_against = -1;
    nn::ObjectiveKind m_kind = nn::ObjectiveKind::LogProbability;
    bool m_takesTopClass = true; // of the next trace, as the target
    std::shared_ptr<const Tensor> m_tensor;

    std::uint64_t m_modelRequest = 0, m_traceRequest = 0, m_layerRequest = 0;
    bool m_isOpening = false, m_isRunning = false;
    QTimer m_later;        // until the newest scales are run, while those before are still being answered
    QElapsedTimer m_begun; // the newest trace
    QTimer m_patience;     // how long an older picture's numbers may stand beside a new picture
    Background m_background;
    BlockNumbers *m_numbers; // children
    Trust *m_trust;
    GpuWorker m_worker; // last but one: its thread ends first
    Inquiries m_inquiries;
};

} // namespace reslens::session
