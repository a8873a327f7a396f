#include "gui/camera.h"

#include "models/tr.h"

#include <QCamera>
#include <QCameraDevice>
#include <QDialog>
#include <QLabel>
#include <QMediaCaptureSession>
#include <QMediaDevices>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>
#include <QVideoFrame>
#include <QVideoSink>

namespace reslens::gui {

namespace {

/// Paints the newest frame; a QVideoWidget would need OpenGL.
class LiveView : public QWidget {
public:
    using QWidget::QWidget;

    void setFrame(QImage frame)
    {
        m_frame = std::move(frame);
        update();
    }
    const QImage &frame() const { return m_frame; }
    QSize sizeHint() const override { return {640, 480}; }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.fillRect(rect(), palette().color(QPalette::Base));
        if (m_frame.isNull()) {
            painter.drawText(rect(), Qt::AlignCenter, tr("Waiting for the camera…"));
            return;
        }
        const QSize size = m_frame.size().scaled(this->size(), Qt::KeepAspectRatio);
        painter.drawImage(QRect(QPoint((width() - size.width()) / 2, (height() - size.height()) / 2), size), m_frame);
    }

private:
    QImage m_frame;
};

class CameraDialog : public QDialog {
public:
    CameraDialog(QWidget *parent, std::function<void(const QImage &)> take)
        : QDialog(parent), m_camera(QMediaDevices::defaultVideoInput()), m_view(new LiveView(this)),
          m_shutter(new QPushButton(tr("&Take the picture"), this)), m_problem(new QLabel(this))
    {
        setWindowTitle(tr("Camera"));
        setAttribute(Qt::WA_DeleteOnClose);
        m_view->setAccessibleName(tr("What the camera sees"));
        m_shutter->setToolTip(tr("Closes the camera and looks at this picture (Enter)"));
        m_shutter->setDefault(true);
        m_shutter->setEnabled(false);
        m_problem->setWordWrap(true);
        m_problem->hide();
        auto *column = new QVBoxLayout(this);
        column->addWidget(m_view, 1);
        column->addWidget(m_problem);
        column->addWidget(m_shutter, 0, Qt::AlignHCenter);
        m_capture.setCamera(&m_camera);
        m_capture.setVideoSink(&m_sink);
        connect(&m_sink, &QVideoSink::videoFrameChanged, this, [this](const QVideoFrame &frame) {
            m_view->setFrame(frame.toImage());
            m_shutter->setEnabled(!m_view->frame().isNull());
        });
        connect(&m_camera, &QCamera::errorOccurred, this, [this](QCamera::Error, const QString &text) {
            m_problem->setText(tr("The camera failed: %1").arg(text));
            m_problem->show();
        });
        connect(m_shutter, &QPushButton::clicked, this, [this, take = std::move(take)] {
            take(m_view->frame());
            close();
        });
        m_camera.start();
    }

private:
    QCamera m_camera;
    QVideoSink m_sink;
    QMediaCaptureSession m_capture;
    LiveView *m_view;
    QPushButton *m_shutter;
    QLabel *m_problem;
};

} // namespace

QString whyNoCamera()
{
    return QMediaDevices::videoInputs().isEmpty() ? tr("No camera is connected, or this program may not use it")
                                                  : QString();
}

QDialog *showCameraDialog(QWidget *parent, std::function<void(const QImage &)> take)
{
    if (QMediaDevices::videoInputs().isEmpty())
        return nullptr;
    auto *dialog = new CameraDialog(parent, std::move(take));
    dialog->open();
    return dialog;
}

} // namespace reslens::gui
