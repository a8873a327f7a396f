#include "gui/image_panel.h"

#include "gui/class_map_panel.h"
#include "image/preprocess.h"
#include "nn/receptive_field.h"
#include "session/session.h"
#include "widgets/labels.h"
#include "widgets/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPainterPath>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <algorithm>

namespace reslens::gui {

namespace {

constexpr int kThumbnailSide = 52;
constexpr double kSamePlace = 0.03; // share of the frame's side: a click this near clears the selected place
constexpr int kStripHeight = kThumbnailSide + 22;

/// Returns the receptive field of the selected value within the crop, in fractions of the crop's sides.
std::optional<QRectF> seenPart(const session::Session &session)
{
    if (!session.traced() || !session.tap() || !session.pixel())
        return std::nullopt;
    const std::size_t layer = std::size_t(session.tap()->layer);
    const Shape input = session.traced()->shapes[0], shape = session.traced()->shapes[layer];
    const nn::ReceptiveField field = receptiveFields(session.traced()->model->network, input)[layer];
    const int row = std::clamp(int(session.pixel()->y() * shape.h), 0, shape.h - 1);
    const int column = std::clamp(int(session.pixel()->x() * shape.w), 0, shape.w - 1);
    return QRectF(double(field.columns.first(column)) / input.w, double(field.rows.first(row)) / input.h,
                  double(field.columns.size) / input.w, double(field.rows.size) / input.h);
}

/// Paints a thumbnail cropped to a square with rounded corners, and frames the current one.
class ThumbnailDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const widgets::Theme &theme = widgets::themeOf(option.palette);
        const auto thumbnail = index.data(Qt::DecorationRole).value<QImage>();
        const int side = std::min(option.decorationSize.width(), option.rect.height());
        QRectF square(0, 0, side, side);
        square.moveCenter(QRectF(option.rect).center());
        painter->save();
        painter->setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
        QPainterPath clip;
        clip.addRoundedRect(square, 5, 5);
        painter->setClipPath(clip);
        painter->fillRect(square, theme.raised);
        if (!thumbnail.isNull()) {
            const double shorter = std::min(thumbnail.width(), thumbnail.height());
            painter->drawImage(
                square, thumbnail,
                QRectF((thumbnail.width() - shorter) / 2, (thumbnail.height() - shorter) / 2, shorter, shorter));
        }
        painter->setClipping(false);
        const bool isCurrent = option.state & QStyle::State_Selected;
        if (isCurrent || option.state & QStyle::State_MouseOver) {
            painter->setPen(QPen(theme.accent, isCurrent ? 3 : 1.5));
            painter->setBrush(Qt::NoBrush);
            painter->drawRoundedRect(square, 5, 5);
        }
        painter->restore();
    }
};

} // namespace

ImagePanel::ImagePanel(session::Session &session, const Catalogue &catalogue, QWidget *parent)
    : QWidget(parent), m_session(session), m_samples(catalogue.samples), m_view(new widgets::ImageView(this)),
      m_caption(new widgets::ElidedLabel(this)), m_classMaps(new ClassMapPanel(session, *m_view, this)),
      m_stripTitle(new QLabel(this)), m_strip(new QListView(this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    column->addWidget(m_view, 1);
    column->addWidget(m_caption);
    column->addWidget(buildLevels());
    column->addWidget(m_classMaps);
    column->addWidget(m_stripTitle);
    column->addWidget(m_strip);
    m_caption->setObjectName("muted");
    m_stripTitle->setObjectName("muted");
    m_strip->setModel(&m_pictures);
    m_strip->setFlow(QListView::LeftToRight);
    m_strip->setViewMode(QListView::IconMode);
    m_strip->setMovement(QListView::Static);
    m_strip->setWrapping(false);
    m_strip->setIconSize({kThumbnailSide, kThumbnailSide});
    m_strip->setGridSize({kThumbnailSide + 8, kThumbnailSide + 8});
    m_strip->setFixedHeight(kStripHeight);
    m_strip->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_strip->setHorizontalScrollMode(QListView::ScrollPerPixel);
    m_strip->setItemDelegate(new ThumbnailDelegate(m_strip));

    connect(m_strip, &QListView::clicked, this, [this](const QModelIndex &index) { choose(index.row()); });
    connect(m_strip, &QListView::activated, this, [this](const QModelIndex &index) { choose(index.row()); });
    connect(&session, &session::Session::pictureChanged, this, &ImagePanel::showPicture);
    connect(&session, &session::Session::modelChanged, this, &ImagePanel::showFrame);
    connect(&session, &session::Session::picturesChanged, this, &ImagePanel::showStrip);
    connect(&session, &session::Session::thumbnailReady, &m_pictures, [this](int index, const QImage &thumbnail) {
        if (!m_showsSamples)
            m_pictures.setThumbnail(index, thumbnail);
    });
    linkPixel();
    showSamples();
}

/// Which values are black and white.
QWidget *ImagePanel::buildLevels()
{
    constexpr int kMost = 65535;
    m_levels = new QWidget(this);
    auto *row = new QHBoxLayout(m_levels);
    row->setContentsMargins(0, 0, 0, 0);
    m_low = new QSpinBox(m_levels);
    m_high = new QSpinBox(m_levels);
    auto *whole = new QPushButton(tr("Full range"), m_levels);
    row->addWidget(new QLabel(tr("Levels"), m_levels));
    for (const auto &[box, name] :
         {std::pair{m_low, tr("Value that is shown black")}, std::pair{m_high, tr("Value that is shown white")}}) {
        box->setRange(0, kMost);
        box->setAccessibleName(name);
        box->setToolTip(name);
        box->setKeyboardTracking(false); // a value counts when it is whole
        connect(box, &QSpinBox::valueChanged, this, [this] {
            if (m_low->value() < m_high->value())
                m_session.showLevels(image::Levels{m_low->value(), m_high->value()});
        });
        row->addWidget(box, 1);
    }
    row->addWidget(whole);
    connect(whole, &QPushButton::clicked, this, [this] { m_session.showLevels({}); });
    m_levels->hide();
    return m_levels;
}

void ImagePanel::showLevels()
{
    const auto &levels = m_session.picture().levels;
    m_levels->setVisible(levels.has_value());
    if (!levels)
        return;
    const QSignalBlocker low(m_low), high(m_high);
    m_low->setValue(levels->low);
    m_high->setValue(levels->high);
}

void ImagePanel::linkPixel()
{
    connect(m_view, &widgets::ImageView::picked, this, [this](const widgets::PixelAt &at) {
        const std::optional<QPointF> old = m_session.pixel();
        const bool isSame = old && (*old - at.fraction).manhattanLength() < kSamePlace;
        m_session.selectPixel(isSame ? std::nullopt : std::optional(at.fraction));
    });
    connect(m_view, &widgets::ImageView::moved, this,
            [this](const widgets::PixelAt &at) { m_session.selectPixel(at.fraction); });
    using session::Session;
    for (const auto signal : {&Session::pixelChanged, &Session::tapChanged, &Session::tracedChanged})
        connect(&m_session, signal, this, &ImagePanel::showPixel);
}

void ImagePanel::choose(int row)
{
    if (m_showsSamples)
        m_session.openPaths({m_samples[row].path});
    else
        m_session.showPicture(row);
}

void ImagePanel::showPicture()
{
    const session::Picture &picture = m_session.picture();
    m_view->setPicture(picture.image);
    m_view->setAccessibleDescription(picture.name);
    m_caption->setText(tr("%1 · %2 × %3").arg(picture.name).arg(picture.image.width()).arg(picture.image.height()));
    m_caption->show();
    m_classMaps->show();
    showLevels();
    showFrame();
    showStrip();
}

void ImagePanel::showFrame()
{
    const bool hasBoth = m_session.model() && !m_session.picture().isNull();
    m_view->setCropFrame(hasBoth ? image::cropFrame(m_session.picture().image.size(), m_session.model()->preprocess)
                                 : QRectF());
}

void ImagePanel::showPixel()
{
    m_view->setMark(m_session.pixel());
    m_view->setOutline(seenPart(m_session));
}

void ImagePanel::showStrip()
{
    const std::vector<session::PictureSource> &pictures = m_session.pictures();
    if (m_showsSamples || m_pictures.rowCount() != int(pictures.size())) {
        m_showsSamples = false;
        QStringList names;
        for (const session::PictureSource &source : pictures)
            names << source.name;
        m_pictures.setNames(names);
    }
    m_strip->setVisible(!pictures.empty());
    m_strip->setAccessibleName(tr("Open pictures"));
    m_stripTitle->setVisible(!pictures.empty());
    m_stripTitle->setText(tr("%1 of %2 pictures").arg(m_session.pictureIndex() + 1).arg(pictures.size()));
    if (m_session.pictureIndex() >= 0)
        m_strip->setCurrentIndex(m_pictures.index(m_session.pictureIndex()));
}

void ImagePanel::showSamples()
{
    m_showsSamples = true;
    m_caption->hide();
    m_classMaps->hide();
    QStringList titles;
    for (const Catalogue::Sample &sample : m_samples)
        titles << sample.title;
    m_pictures.setNames(titles);
    for (int i = 0; i < int(m_samples.size()); ++i)
        m_pictures.setThumbnail(
            i, QImage(m_samples[i].path)
                   .scaled(2 * kThumbnailSide, 2 * kThumbnailSide, Qt::KeepAspectRatio, Qt::SmoothTransformation));
    m_strip->setVisible(!m_samples.empty());
    m_strip->setAccessibleName(tr("Sample pictures"));
    m_stripTitle->setVisible(!m_samples.empty());
    m_stripTitle->setText(tr("Or try a sample:"));
}

} // namespace reslens::gui
