#include "gui/class_map_panel.h"

#include "image/preprocess.h"
#include "pages/files.h"
#include "pages/objective_bar.h"
#include "session/session.h"
#include "widgets/colour_legend.h"
#include "widgets/controls.h"
#include "widgets/image_view.h"
#include "widgets/labels.h"
#include "widgets/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace reslens::gui {

using session::Session;

namespace {

const QString kTag = QStringLiteral("class map");
constexpr int kOpacityPercent = 60;
constexpr int kOpacityLetters = 9; // width of the slider
constexpr int kPatienceMs = 250;
constexpr int kUsualWidth = 1024;      // pixels; width of a saved picture
constexpr double kCaptionShare = 0.11; // share of that width: colour bar and words below the picture

} // namespace

ClassMapPanel::ClassMapPanel(Session &session, widgets::ImageView &view, QWidget *parent)
    : QWidget(parent), m_session(session), m_view(view), m_kinds(new QComboBox(this)),
      m_opacity(new QSlider(Qt::Horizontal, this)), m_words(new widgets::ElidedLabel(this)),
      m_scale(new widgets::ColourLegend(this)), m_task(new widgets::TaskControl({}, this)),
      m_wordsOrTask(new QStackedWidget(this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(3);
    column->addWidget(makeChoiceRow());
    column->addWidget(m_scale);
    column->addWidget(makeWordsRow());
    m_scale->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_patience.setSingleShot(true);
    m_patience.setInterval(kPatienceMs);
    connect(&m_patience, &QTimer::timeout, this, [this] { m_wordsOrTask->setCurrentWidget(m_task); });
    connect(m_task, &widgets::TaskControl::cancelled, this, [this] {
        stop();
        forget(tr("cancelled; choose the map again to see it"));
    });
    connectSession();
    showRows();
}

QWidget *ClassMapPanel::makeChoiceRow()
{
    auto *choice = new QWidget(this);
    auto *row = new QHBoxLayout(choice);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    auto *name = new QLabel(tr("Map"), choice);
    name->setObjectName("muted");
    name->setBuddy(m_kinds);
    m_kinds->setAccessibleName(tr("Map over the picture"));
    m_kinds->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_kinds->addItem(tr("none"), QString());
    m_kinds->setItemData(0, tr("The picture alone"), Qt::ToolTipRole);
    for (const study::ClassMapKind &kind : study::classMapKinds()) {
        m_kinds->addItem(tr(kind.title.c_str()), QString::fromStdString(kind.id));
        m_kinds->setItemData(m_kinds->count() - 1, tr(kind.sentence.c_str()), Qt::ToolTipRole);
    }
    m_opacity->setRange(0, 100);
    m_opacity->setValue(kOpacityPercent);
    m_opacity->setFixedWidth(kOpacityLetters * fontMetrics().averageCharWidth());
    m_opacity->setAccessibleName(tr("Opacity of the map"));
    m_opacity->setToolTip(tr("Opacity of the map"));
    row->addWidget(name);
    row->addWidget(m_kinds, 1);
    connect(m_kinds, &QComboBox::currentIndexChanged, this, &ClassMapPanel::choiceChanged);
    connect(m_kinds, &QComboBox::activated, this, [this] {
        if (kind() && !m_map && !m_session.worker().isUnderWay(kTag))
            askWhenSeen(); // asks again after a cancel
    });
    connect(m_opacity, &QSlider::valueChanged, this, &ClassMapPanel::layOver);
    return choice;
}

QWidget *ClassMapPanel::makeWordsRow()
{
    auto *words = new QWidget(m_wordsOrTask);
    auto *row = new QHBoxLayout(words);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    m_words->setObjectName("muted");
    row->addWidget(m_words, 1);
    row->addWidget(m_opacity);
    m_wordsOrTask->addWidget(words);
    m_wordsOrTask->addWidget(m_task);
    m_wordsOrTask->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    m_task->setRunning(true);
    return m_wordsOrTask;
}

void ClassMapPanel::connectSession()
{
    connect(&m_session, &Session::modelChanged, this, [this] { forget({}); });
    connect(&m_session, &Session::pictureChanged, this, [this] { forget({}); });
    connect(&m_session, &Session::tracedChanged, this, &ClassMapPanel::askWhenSeen);
    connect(&m_session, &Session::objectiveChanged, this, &ClassMapPanel::askWhenSeen);
    connect(&m_session, &Session::positionChanged, this, [this] {
        if (kind() && kind()->isOfBlock)
            askWhenSeen();
    });
    connect(&m_view, &widgets::ImageView::hovered, this, &ClassMapPanel::readOut);
    connect(&m_view, &widgets::ImageView::overlayTaken, this, [this] {
        if (m_view.overlayOwner() != this && m_view.hasOverlay())
            choose({}); // another owner's overlay wins
    });
}

void ClassMapPanel::choose(const QString &id)
{
    m_kinds->setCurrentIndex(std::max(0, m_kinds->findData(id)));
}

QString ClassMapPanel::words() const
{
    return m_words->text();
}

const study::ClassMapKind *ClassMapPanel::kind() const
{
    const auto found = std::ranges::find(study::classMapKinds(), chosen().toStdString(), &study::ClassMapKind::id);
    return found != study::classMapKinds().end() ? &*found : nullptr;
}

int ClassMapPanel::block() const
{
    const int count = int(m_session.model()->network.blocks.size());
    return std::clamp(m_session.position(), 0, count - 1); // stem and head have no map: take the nearest block
}

void ClassMapPanel::choiceChanged()
{
    stop();
    m_kinds->setToolTip(m_kinds->currentData(Qt::ToolTipRole).toString());
    forget({});
    askWhenSeen();
}

void ClassMapPanel::askWhenSeen()
{
    m_isStale = true;
    if (!isVisible())
        return;
    m_isStale = false;
    ask();
}

void ClassMapPanel::ask()
{
    if (!kind())
        return;
    if (!m_session.traced()) {
        stop();
        forget(tr("Open a picture to see where the evidence lies"));
        return;
    }
    const study::MapQuestion asked{m_session.objective(), block()};
    const QString title =
        kind()->explains == study::Explains::Objective ? pages::objectiveText(m_session)
        : kind()->explains == study::Explains::Logits && asked.objective.kind == nn::ObjectiveKind::LogitDifference
            ? pages::objectiveText(m_session)
            : tr("logit of %1").arg(pages::classText(m_session, asked.objective.target));
    m_task->setRunning(true);
    m_patience.start();
    m_session.ask(
        this, kTag,
        [ask = kind()->ask, asked](session::Subject &subject, const analysis::Job &job) {
            return ask(subject, asked, job);
        },
        [this, title](Result<study::ClassMap> answer) { accept(std::move(answer), title); },
        [this](int done, int total) { m_task->setProgress(done, total); });
}

void ClassMapPanel::stop()
{
    m_session.worker().cancel(kTag);
    m_patience.stop();
    m_wordsOrTask->setCurrentIndex(0);
}

void ClassMapPanel::accept(Result<study::ClassMap> answer, const QString &of)
{
    m_patience.stop();
    m_wordsOrTask->setCurrentIndex(0);
    if (!answer) {
        forget(QString::fromStdString(answer.error().message()));
        if (answer.error().kind != ErrorKind::Unsupported) // a plain network needs no error; the words are enough
            m_session.tell(answer.error());
    } else if (!answer->complaint.empty()) {
        forget(tr("not defined: %1").arg(QString::fromStdString(answer->complaint)));
    } else {
        m_map = std::make_shared<const study::ClassMap>(std::move(*answer));
        m_of = tr("of %1 · %2").arg(QString::fromStdString(m_map->layer), of);
        if (!m_map->proof.empty())
            m_of += QStringLiteral(" · ") + QString::fromStdString(m_map->proof);
        m_session.trust().setResidual(tr(kind()->title.c_str()), m_map->residual);
        m_mapName = chosen() + '.' + QString::fromStdString(m_map->layer).section(' ', -1);
        const auto [smallest, largest] = std::ranges::minmax(m_map->map.values);
        m_range = widgets::rangeFor(smallest, largest, kind()->isSigned);
        showMap();
    }
    emit settled();
}

void ClassMapPanel::forget(const QString &words)
{
    m_map.reset();
    m_words->setText(words);
    m_view.setOverlay({}, 0, this);
    showRows();
}

void ClassMapPanel::showRows()
{
    m_opacity->setVisible(m_map != nullptr);
    m_wordsOrTask->setVisible(kind() != nullptr);
    m_scale->setVisible(m_map != nullptr);
}

void ClassMapPanel::showMap()
{
    m_scale->setScale(colours(), m_range, false);
    readOut(std::nullopt);
    showRows();
    layOver();
}

const widgets::ColourMap &ClassMapPanel::colours() const
{
    if (!kind() || !kind()->isSigned)
        return widgets::duskMap();
    return widgets::themeOf(palette()).isDark ? widgets::divergingDarkMap() : widgets::divergingLightMap();
}

void ClassMapPanel::layOver()
{
    if (m_map)
        m_view.setOverlay(widgets::overlayImage(shown(), 0, m_range, colours()), m_opacity->value() / 100.0, this);
}

void ClassMapPanel::readOut(const std::optional<widgets::PixelAt> &at)
{
    if (!m_map)
        return;
    m_scale->setMark(std::nullopt);
    m_words->setText(m_of);
    if (!at)
        return;
    const Shape &grid = shown().shape;
    const int row = std::clamp(int(at->fraction.y() * grid.h), 0, grid.h - 1);
    const int column = std::clamp(int(at->fraction.x() * grid.w), 0, grid.w - 1);
    const float value = shown()(0, 0, row, column);
    m_scale->setMark(value);
    m_words->setText(widgets::placeText({0, row, column, value}));
}

QImage ClassMapPanel::pictureOfMap(int width) const
{
    const QImage &picture = m_view.picture();
    const QRectF crop = image::cropFrame(picture.size(), m_session.model()->preprocess);
    const QRectF place(0, 0, width, width * crop.height() / crop.width());
    const double caption = width * kCaptionShare;
    QImage image(width, int(std::ceil(place.height() + caption)), QImage::Format_RGB32);
    image.fill(widgets::themeOf(palette()).surface);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    painter.fillRect(place, Qt::black); // the network sees black outside the picture too
    painter.drawImage(place, picture, crop);
    painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
    painter.setOpacity(m_opacity->value() / 100.0);
    painter.drawImage(place, widgets::overlayImage(shown(), 0, m_range, colours()));
    painter.setOpacity(1);
    const double factor = caption / (2.0 * m_scale->height());
    painter.translate(0, place.height());
    painter.scale(factor, factor);
    painter.setPen(widgets::themeOf(palette()).text);
    painter.setFont(font());
    painter.drawText(QRectF(6, 0, width / factor - 12, m_scale->height()), Qt::AlignVCenter | Qt::AlignLeft,
                     tr("%1 %2").arg(m_kinds->currentText(), m_of));
    painter.translate(0, m_scale->height());
    m_scale->render(&painter, {}, {}, DrawChildren);
    return image;
}

std::vector<pages::Export> ClassMapPanel::exports()
{
    if (!m_map)
        return {};
    pages::Export picture{
        tr("Map over the picture (PNG)…"), tr("PNG pictures (*.png)"), m_mapName + ".png",
        [this](const QString &path, int width) {
            if (m_map)
                m_session.write(path, [path, image = pictureOfMap(width)] { return pages::writePng(path, image); });
        }};
    picture.usualWidth = kUsualWidth;
    pages::Export numbers{tr("Map over the picture (NumPy)…"), tr("NumPy arrays (*.npy)"), m_mapName + ".npy",
                          [this, map = m_map](const QString &path, int) {
                              m_session.write(path, [path, map] { return pages::writeArray(path, map->map); });
                          }};
    return {std::move(picture), std::move(numbers)};
}

void ClassMapPanel::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    if (m_isStale)
        askWhenSeen();
}

void ClassMapPanel::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_map)
        showMap();
}

} // namespace reslens::gui
