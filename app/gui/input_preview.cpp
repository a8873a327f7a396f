#include "gui/input_preview.h"

#include "image/preprocess.h"

#include <QLabel>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace reslens::gui {

namespace {

constexpr int kSide = 200; // pixels on the screen, at most

struct Seen {
    QImage picture; // the input, with its normalisation undone
    float smallest = 0, largest = 0;
    double mean = 0, deviation = 0;
};

Result<Seen> seenOf(const QImage &picture, const nn::Preprocess &how, int channels)
{
    const Tensor input = TRY(image::preprocess(picture, how, channels));
    Seen seen{QImage(input.shape.w, input.shape.h, QImage::Format_RGB888)};
    const auto [smallest, largest] = std::ranges::minmax(input.values);
    seen.smallest = smallest;
    seen.largest = largest;
    double sum = 0, squares = 0;
    for (const float value : input.values) {
        sum += value;
        squares += double(value) * value;
    }
    const double count = double(input.values.size());
    seen.mean = sum / count;
    seen.deviation = std::sqrt(std::max(0.0, squares / count - seen.mean * seen.mean));
    for (int y = 0; y < input.shape.h; ++y)
        for (int x = 0; x < input.shape.w; ++x)
            for (int colour = 0; colour < 3; ++colour) {
                const int c = channels == 1 ? 0 : how.order == nn::ChannelOrder::Bgr ? 2 - colour : colour;
                const float pixel = input(0, c, y, x) * image::ofChannel(how.deviation, c, channels) +
                                    image::ofChannel(how.mean, c, channels);
                seen.picture.scanLine(y)[3 * x + colour] =
                    uchar(std::clamp(std::lround(pixel * 255 / float(how.range)), 0L, 255L));
            }
    return seen;
}

} // namespace

InputPreview::InputPreview(QWidget *parent)
    : QWidget(parent), m_view(new QLabel(this)), m_numbers(new QLabel(this)),
      m_background([this](const Error &error) { m_numbers->setText(QString::fromStdString(error.message())); })
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_view);
    column->addWidget(m_numbers);
    m_view->setAccessibleName(tr("What the network sees"));
    m_numbers->setObjectName("muted");
    m_numbers->setWordWrap(true);
    m_numbers->setTextInteractionFlags(Qt::TextSelectableByMouse);
}

const QString InputPreview::words() const
{
    return m_numbers->text();
}

void InputPreview::show(const QImage &picture, const nn::Preprocess &how, int channels)
{
    if (picture.isNull()) {
        m_background.cancel("input");
        m_view->clear();
        m_numbers->setText(tr("Open a picture to see what the network sees"));
        return;
    }
    m_background.start(
        "input", [picture, how, channels] { return seenOf(picture, how, channels); },
        [this, order = how.order, channels](const Result<Seen> &seen) {
            if (!seen) {
                m_view->clear();
                m_numbers->setText(QString::fromStdString(seen.error().message()));
                return;
            }
            const int side = std::min(kSide, std::max(seen->picture.width(), 2 * kSide / 3));
            m_view->setPixmap(
                QPixmap::fromImage(seen->picture).scaled(side, side, Qt::KeepAspectRatio, Qt::SmoothTransformation));
            m_numbers->setText(tr("%1 × %2, channels %3\nvalues %4 to %5, mean %6, deviation %7")
                                   .arg(seen->picture.width())
                                   .arg(seen->picture.height())
                                   .arg(channels == 1 ? tr("grey") : QString::fromLatin1(nn::nameOf(order)).toUpper())
                                   .arg(double(seen->smallest), 0, 'g', 4)
                                   .arg(double(seen->largest), 0, 'g', 4)
                                   .arg(seen->mean, 0, 'g', 3)
                                   .arg(seen->deviation, 0, 'g', 3));
        });
}

} // namespace reslens::gui
