#include "pages/features/feature_maps_page.h"

#include "analysis/channel_relevance.h"
#include "pages/features/channel_panel.h"
#include "pages/files.h"
#include "session/subject.h"
#include "widgets/colour_legend.h"
#include "widgets/image_view.h"
#include "widgets/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QSplitter>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace reslens::pages {

namespace {

const QString kLayerTag = "layer", kRelevanceTag = "relevance";

enum MapChoice { Automatic, Dusk, Grey, DivergingLight, DivergingDark };
enum RangeChoice { SharedSaturated, Shared, PerChannel };

constexpr double kSaturatedShare = 0.99; // share of the values within the saturated range

constexpr int kSmallestTile = 32, kLargestTile = 448, kUsualTile = 96;

QToolButton *segment(const QString &text, QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setObjectName("segment");
    button->setText(text);
    button->setCheckable(true);
    return button;
}

QLabel *mutedLabel(const QString &text, QWidget *parent)
{
    auto *label = new QLabel(text, parent);
    label->setObjectName("muted");
    return label;
}

} // namespace

FeatureMapsPage::FeatureMapsPage(const PageContext &context, QWidget *parent)
    : Page(context, parent, tr("its feature maps"))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(12, 8, 12, 8);
    column->setSpacing(6);
    column->addWidget(makeTapRow());
    column->addWidget(makeToolRow());
    auto *splitter = new QSplitter(Qt::Horizontal, this);
    m_grid = new widgets::FeatureGrid(splitter);
    m_grid->setTileSide(kUsualTile);
    m_channelPanel = new ChannelPanel(splitter);
    splitter->addWidget(m_grid);
    splitter->addWidget(m_channelPanel);
    splitter->setStretchFactor(0, 1);
    splitter->setCollapsible(0, false);
    splitter->setSizes({640, 270});
    column->addWidget(splitter, 1);
    column->addWidget(makeReadoutRow());
    m_channelPanel->setVisible(false);

    session::Session &open = context.session;
    connect(&open, &session::Session::modelChanged, this, &FeatureMapsPage::rebuildTaps);
    connect(&open, &session::Session::positionChanged, this, &FeatureMapsPage::rebuildTaps);
    connect(&open, &session::Session::tapChanged, this, &FeatureMapsPage::rebuildTaps);
    connect(&open, &session::Session::tapChanged, this, [this] { forget(kLayerTag); });
    follow(&session::Session::tapChanged, &session::Session::tracedChanged);
    connect(&open, &session::Session::objectiveChanged, this, &FeatureMapsPage::askRelevance);
    connect(&open, &session::Session::pixelChanged, this,
            [this, &open] { m_channelPanel->plane()->setMark(open.pixel()); });
    connect(m_channelPanel->plane(), &widgets::MapView::picked, &open,
            [&open](const widgets::PixelAt &at) { open.selectPixel(at.fraction); });
    connect(&open, &session::Session::channelChanged, this,
            [this, &open] { m_grid->setCurrentChannel(open.channel()); });
    connect(m_grid, &widgets::FeatureGrid::currentChannelChanged, this, &FeatureMapsPage::selectChannel);
    connect(m_grid, &widgets::FeatureGrid::enlargeRequested, m_channelPanel,
            [this] { m_channelPanel->setVisible(!m_channelPanel->isVisible()); });
    connect(m_grid, &widgets::FeatureGrid::hovered, this, &FeatureMapsPage::showHovered);
    connect(m_grid, &widgets::FeatureGrid::viewChanged, m_channelPanel->plane(), &widgets::MapView::setView);
    connect(m_channelPanel->plane(), &widgets::MapView::hovered, this, &FeatureMapsPage::showHovered);
    connect(m_channelPanel->plane(), &widgets::MapView::viewChanged, m_grid, &widgets::FeatureGrid::setView);
    connect(m_channelPanel, &ChannelPanel::overlayChanged, this, [this] { selectChannel(m_grid->currentChannel()); });
    const widgets::ImageView &picture = context.imageView;
    connect(&picture, &widgets::ImageView::overlayTaken, this, [this, &picture] {
        if (picture.overlayOwner() != this && picture.hasOverlay())
            m_channelPanel->setOverlaid(false);
    });
}

QWidget *FeatureMapsPage::makeTapRow()
{
    m_tapRow = new QWidget(this);
    auto *row = new QHBoxLayout(m_tapRow);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2);
    m_tapButtons = new QButtonGroup(this);
    m_meaning = mutedLabel({}, m_tapRow);
    row->addStretch(1);
    row->addWidget(m_meaning);
    connect(m_tapButtons, &QButtonGroup::idClicked, this, [this](int id) { session().selectTap(id); });
    return m_tapRow;
}

QWidget *FeatureMapsPage::makeToolRow()
{
    auto *tools = new QWidget(this);
    auto *row = new QHBoxLayout(tools);
    row->setContentsMargins(0, 0, 0, 2);
    row->setSpacing(6);
    const auto choice = [&](const QString &name, const QStringList &items, const QString &toolTip) {
        auto *box = new QComboBox(tools);
        box->addItems(items);
        box->setAccessibleName(name);
        box->setToolTip(toolTip);
        auto *label = mutedLabel(name, tools);
        label->setBuddy(box);
        row->addWidget(label);
        row->addWidget(box);
        row->addSpacing(8);
        return box;
    };
    m_order = choice(
        tr("Sort"), {tr("index"), tr("mean"), tr("maximum"), tr("norm"), tr("gradient × activation")},
        tr("Order of the channels; by gradient × activation, those that speak most for the objective come first"));
    m_map = choice(tr("Colours"), {tr("automatic"), tr("dusk"), tr("grey"), tr("blue–orange"), tr("blue–orange, dark")},
                   tr("Automatic: dusk, or diverging about zero where values may be negative"));
    m_range =
        choice(tr("Range"), {tr("shared, 99 %"), tr("shared, all"), tr("per channel")},
               tr("One scale for all channels, so that they compare: up to the magnitude of 99 % of all values (the\n"
                  "rest is saturated), or up to the largest; or each channel its own"));
    row->addStretch(1);
    row->addWidget(mutedLabel(tr("Size"), tools));
    m_tileSide = new QSlider(Qt::Horizontal, tools);
    m_tileSide->setRange(kSmallestTile, kLargestTile);
    m_tileSide->setValue(kUsualTile);
    m_tileSide->setFixedWidth(110);
    m_tileSide->setAccessibleName(tr("Size of the tiles"));
    row->addWidget(m_tileSide);
    connect(m_tileSide, &QSlider::valueChanged, this, [this](int side) { m_grid->setTileSide(side); });
    for (QComboBox *box : {m_order, m_map, m_range})
        connect(box, &QComboBox::currentIndexChanged, this, &FeatureMapsPage::showMaps);
    connect(m_order, &QComboBox::currentIndexChanged, this, &FeatureMapsPage::askRelevance);
    return tools;
}

QWidget *FeatureMapsPage::makeReadoutRow()
{
    auto *readout = new QWidget(this);
    auto *row = new QHBoxLayout(readout);
    row->setContentsMargins(0, 2, 0, 0);
    m_readout = mutedLabel({}, readout);
    m_readout->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_scale = new widgets::ColourLegend(readout);
    m_scale->hide();
    row->addWidget(m_readout, 1);
    row->addWidget(m_scale);
    return readout;
}

void FeatureMapsPage::rebuildTaps()
{
    const std::vector<nn::Tap> &taps = session().taps();
    auto *row = static_cast<QHBoxLayout *>(m_tapRow->layout());
    const QList<QAbstractButton *> old = m_tapButtons->buttons();
    for (QAbstractButton *button : old) {
        m_tapButtons->removeButton(button);
        button->deleteLater();
        button->hide();
    }
    for (int i = 0; i < int(taps.size()); ++i) {
        QToolButton *button = segment(QString::fromStdString(taps[i].name), m_tapRow);
        button->setToolTip(QString::fromStdString(taps[i].meaning));
        button->setChecked(i == session().tapIndex());
        m_tapButtons->addButton(button, i);
        row->insertWidget(i, button);
    }
}

QString FeatureMapsPage::nameOfTap() const
{
    if (!session().model() || !session().tap())
        return {};
    const std::string position = session::positionName(session().model()->network, session().position());
    return QString::fromStdString(position + "." + session().tap()->name);
}

bool FeatureMapsPage::isSigned() const
{
    return session().tap() && session().tap()->isSigned;
}

const widgets::ColourMap &FeatureMapsPage::colourMap() const
{
    switch (m_map->currentIndex()) {
    case Dusk:
        return widgets::duskMap();
    case Grey:
        return widgets::greyMap();
    case DivergingLight:
        return widgets::divergingLightMap();
    case DivergingDark:
        return widgets::divergingDarkMap();
    default:
        break;
    }
    if (!m_isSigned)
        return widgets::duskMap();
    return widgets::themeOf(palette()).isDark ? widgets::divergingDarkMap() : widgets::divergingLightMap();
}

void FeatureMapsPage::refresh()
{
    if (const nn::Tap *tap = session().tap())
        ask(
            kLayerTag,
            [layer = tap->layer](session::Subject &subject, const analysis::Job &) {
                return subject.trace().read(layer);
            },
            m_tensor, [this] { showTensor(); });
    if (!m_tensor) // otherwise the old one stays until the next is read
        showTensor();
}

void FeatureMapsPage::showTensor()
{
    m_grid->setPlaceholder(whyEmpty());
    if (m_tensor && session().channel() >= m_tensor->shape.c)
        session().selectChannel(0);
    m_isSigned = isSigned();
    m_name = nameOfTap();
    m_relevance.clear();
    m_statistics = m_tensor ? models::channelStatistics(*m_tensor) : std::vector<models::ChannelStatistics>();
    const nn::Tap *tap = session().tap();
    m_meaning->setText(m_tensor && tap ? tr("%1 · %2 × %3 × %4")
                                             .arg(QString::fromStdString(tap->meaning))
                                             .arg(m_tensor->shape.c)
                                             .arg(m_tensor->shape.h)
                                             .arg(m_tensor->shape.w)
                                       : QString());
    m_scale->setVisible(m_tensor != nullptr);
    showMaps();
    askRelevance();
}

void FeatureMapsPage::askRelevance()
{
    if (models::ChannelOrder(m_order->currentIndex()) != models::ChannelOrder::Relevance || !m_tensor || !isVisible())
        return;
    forget(kRelevanceTag);
    const auto take = [this](Result<std::vector<double>> answer) {
        if (!answer)
            return;
        m_relevance = std::move(*answer);
        showMaps();
    };
    ask(
        kRelevanceTag,
        [objective = session().objective(), layer = session().tap()->layer](
            session::Subject &subject, const analysis::Job &job) -> Result<std::vector<double>> {
            const nn::Gradients *gradients = TRY(subject.gradients(objective, job.stop));
            return analysis::channelRelevance(subject.run(), *gradients, layer);
        },
        take);
}

void FeatureMapsPage::showMaps()
{
    const auto order = models::ChannelOrder(m_order->currentIndex());
    const bool isPerChannel = m_range->currentIndex() == PerChannel;
    float minimum = 0, maximum = 0;
    for (const models::ChannelStatistics &s : m_statistics) {
        minimum = std::min(minimum, s.minimum);
        maximum = std::max(maximum, s.maximum);
    }
    if (m_range->currentIndex() == SharedSaturated && m_tensor) {
        const float within = models::magnitudeQuantile(*m_tensor, kSaturatedShare);
        if (within > 0) { // a tensor of mostly zeros keeps its maximum
            maximum = std::min(maximum, within);
            minimum = std::max(minimum, -within);
        }
    }
    const widgets::ValueRange shared = widgets::rangeFor(minimum, maximum, m_isSigned);
    m_ranges.clear();
    widgets::FeatureMaps maps{m_tensor, orderedChannels(m_statistics, order, m_relevance), {}, {}, colourMap()};
    // Captions show the sort key, or the maximum if channels are sorted by number.
    const bool isByNumber = order == models::ChannelOrder::Index;
    for (const double key : orderKeys(m_statistics, isByNumber ? models::ChannelOrder::Maximum : order, m_relevance))
        maps.captions.push_back(widgets::valueText(key));
    for (const models::ChannelStatistics &s : m_statistics)
        m_ranges.push_back(isPerChannel ? widgets::rangeFor(s.minimum, s.maximum, m_isSigned) : shared);
    maps.ranges = m_ranges;
    m_grid->setMaps(std::move(maps));
    selectChannel(std::min(m_grid->currentChannel(), std::max(0, int(m_statistics.size()) - 1)));
    showHovered(std::nullopt);
}

void FeatureMapsPage::selectChannel(int channel)
{
    const bool hasTensor = m_tensor && channel < m_tensor->shape.c;
    m_channelPanel->setVisible(hasTensor);
    if (!hasTensor) {
        context().imageView.setOverlay({}, 0, this);
        return;
    }
    m_grid->setCurrentChannel(channel);
    session().selectChannel(channel);
    m_channelPanel->setChannel({m_tensor, channel, m_statistics[channel], m_ranges[channel], colourMap()});
    showScale(channel);
    const QImage overlay = m_channelPanel->isOverlaid()
                               ? widgets::planeImage(*m_tensor, channel, m_ranges[channel], colourMap())
                               : QImage();
    context().imageView.setOverlay(isVisible() ? overlay : QImage(), m_channelPanel->opacity(), this);
}

void FeatureMapsPage::showScale(int channel)
{
    if (channel < int(m_ranges.size()))
        m_scale->setScale(colourMap(), m_ranges[channel], m_range->currentIndex() == SharedSaturated);
}

void FeatureMapsPage::showHovered(const std::optional<widgets::PixelAt> &pixel)
{
    if (!pixel) {
        m_readout->setText(m_tensor ? tr("Point at a map to read its values · Ctrl+wheel zooms all maps · drag pans")
                                    : QString());
        m_scale->setMark(std::nullopt);
        showScale(m_grid->currentChannel());
        return;
    }
    m_readout->setText(tr("channel %1 · row %2 · column %3 · value %4")
                           .arg(pixel->channel)
                           .arg(pixel->row)
                           .arg(pixel->column)
                           .arg(double(pixel->value), 0, 'g', 6));
    showScale(pixel->channel);
    m_scale->setMark(pixel->value);
}

void FeatureMapsPage::showEvent(QShowEvent *event)
{
    Page::showEvent(event);
    selectChannel(m_grid->currentChannel());
}

void FeatureMapsPage::hideEvent(QHideEvent *event)
{
    Page::hideEvent(event);
    context().imageView.setOverlay({}, 0, this); // another view is in front
}

void FeatureMapsPage::changeEvent(QEvent *event)
{
    Page::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_grid)
        showMaps();
}

QString FeatureMapsPage::exportName() const
{
    return m_tensor ? m_name : QStringLiteral("feature-maps");
}

std::vector<models::Table> FeatureMapsPage::tables() const
{
    return m_tensor ? std::vector{models::channelsTable(m_statistics, m_relevance)} : std::vector<models::Table>();
}

std::vector<NamedTensor> FeatureMapsPage::tensors() const
{
    return m_tensor ? std::vector{NamedTensor{m_name, m_tensor}} : std::vector<NamedTensor>();
}

std::vector<Export> FeatureMapsPage::moreExports()
{
    if (!m_tensor)
        return {};
    return {{tr("Values of every pixel (CSV)…"), tr("CSV tables (*.csv)"), m_name + ".csv",
             [tensor = m_tensor, &session = session()](const QString &path, int) {
                 session.write(path, [path, tensor] { return writeCsv(path, *tensor); });
             }}};
}

PageEntry FeatureMapsPage::entry()
{
    return {
        "features",
        tr("Feature maps"),
        Qt::ALT | Qt::Key_1,
        {tr("Every channel of the selected tensor, as this picture makes it: what does this layer respond to, and "
            "where?"),
         tr("<p>A block computes <b>s</b> (the shortcut), <b>F</b> (the residual branch after its last batch norm), "
            "<b>u</b>&nbsp;=&nbsp;α·<b>s</b>&nbsp;+&nbsp;β·<b>F</b> and <b>y</b>&nbsp;=&nbsp;relu(<b>u</b>). Each "
            "tile is one "
            "channel of the chosen tensor, one pixel per value. Tensors that may be negative have a colour scale that "
            "diverges about zero.</p>"),
         tr("He, Zhang, Ren, Sun: Deep Residual Learning for Image Recognition, 2015, arXiv 1512.03385")},
        [](const PageContext &context, QWidget *parent) { return new FeatureMapsPage(context, parent); }};
}

} // namespace reslens::pages
