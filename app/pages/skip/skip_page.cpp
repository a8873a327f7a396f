#include "pages/skip/skip_page.h"

#include "pages/block_chart.h"
#include "pages/skip/block_panel.h"
#include "pages/skip/block_plots.h"
#include "pages/skip/skip_tables.h"
#include "session/subject.h"
#include "widgets/depth_chart.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QSplitter>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace reslens::pages {

namespace {

const QString kMapsTag = "skip.maps", kGroupsTag = "skip.groups", kResponsesTag = "skip.responses";

bool showsSomething(const widgets::Plot &plot)
{
    const auto isShown = [](const QPointF &point) { return std::isfinite(point.y()); };
    return !plot.bars.empty() || std::ranges::any_of(plot.curves, [&](const widgets::Curve &curve) {
        return std::ranges::any_of(curve.points, isShown);
    });
}

} // namespace

SkipPage::SkipPage(const PageContext &context, QWidget *parent) : Page(context, parent, tr("what comes over each skip"))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(12, 4, 12, 6);
    column->setSpacing(4);
    auto *splitter = new QSplitter(Qt::Horizontal, this);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(makeChartPart(splitter));
    m_panel = new BlockPanel(splitter);
    splitter->addWidget(m_panel);
    splitter->setStretchFactor(0, 1);
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({1000, 1000});
    column->addWidget(splitter, 1);
    m_equation = new QLabel(this);
    m_equation->setWordWrap(true);
    m_equation->setTextFormat(Qt::RichText);
    m_equation->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_equation->setAccessibleName(tr("The block's sum"));
    column->addWidget(m_equation);
    connectSession();
}

QWidget *SkipPage::makeChartPart(QWidget *parent)
{
    auto *part = new QWidget(parent);
    auto *column = new QVBoxLayout(part);
    column->setContentsMargins(0, 0, 6, 0);
    column->setSpacing(4);
    auto *row = new QHBoxLayout;
    m_choice = new QComboBox(part);
    m_choice->setAccessibleName(tr("Quantity over the depth"));
    m_choice->setToolTip(tr("What the chart shows of every block"));
    for (const QuantitySet &set : m_sets) {
        m_choice->addItem(set.name);
        m_choice->setItemData(m_choice->count() - 1, set.meaning, Qt::ToolTipRole);
    }
    m_logarithmic = new QToolButton(part);
    m_logarithmic->setObjectName("toggle");
    m_logarithmic->setText(tr("Log"));
    m_logarithmic->setToolTip(tr("Logarithmic axis"));
    m_logarithmic->setAccessibleName(tr("Logarithmic axis"));
    m_logarithmic->setCheckable(true);
    row->addWidget(m_choice);
    row->addWidget(m_logarithmic);
    row->addStretch(1);
    m_chart = new widgets::DepthChart(part);
    m_chart->setAccessibleName(tr("Blocks over the depth"));
    m_meaning = new QLabel(part);
    m_meaning->setObjectName("muted");
    m_meaning->setWordWrap(true);
    m_meaning->setTextInteractionFlags(Qt::TextSelectableByMouse);
    column->addLayout(row);
    column->addWidget(m_chart, 1);
    column->addWidget(m_meaning);
    connect(m_choice, &QComboBox::currentIndexChanged, this, &SkipPage::invalidate);
    connect(m_logarithmic, &QToolButton::toggled, this, &SkipPage::showDepth);
    return part;
}

void SkipPage::connectSession()
{
    session::Session &open = session();
    link(*m_chart, open);
    await(session::BlockNumbers::kContributionsTag);
    connect(&open, &session::Session::tracedChanged, this, &SkipPage::forgetUnseen);
    follow(&session::Session::tracedChanged, &session::Session::positionChanged);
    connect(&open.numbers(), &session::BlockNumbers::contributionsChanged, this, &SkipPage::invalidate);
    connect(&open, &session::Session::channelChanged, this, [this] { m_panel->setChannel(session().channel()); });
    connect(&open, &session::Session::pixelChanged, this, [this] { m_panel->setPixel(session().pixel()); });
    connect(m_panel, &BlockPanel::channelPicked, &open, &session::Session::selectChannel);
    connect(m_panel, &BlockPanel::pixelPicked, &open, &session::Session::selectPixel);
    connect(m_panel, &BlockPanel::partChanged, this, &SkipPage::invalidate);
}

/// Drops the answers about the old trace except the visible one. That stays until the new answer, so that live
/// controls do not flicker.
void SkipPage::forgetUnseen()
{
    const bool isOver = !session().traced() || !isVisible();
    if (isOver || !m_sets[std::size_t(m_choice->currentIndex())].needsResponses)
        m_facts.responses.reset();
    if (isOver || !m_panel->showsMaps())
        m_panel->setMaps(m_maps = nullptr);
    if (isOver || !m_panel->showsGroups())
        m_panel->setGroups(m_groups = nullptr);
}

void SkipPage::refresh()
{
    m_facts.blocks = session().traced() ? session().numbers().contributions() : nullptr;
    if (session().block() != m_block) { // another block's maps would pass for this one's
        m_block = session().block();
        forget(kMapsTag);
        forget(kGroupsTag);
        m_panel->setMaps(m_maps = nullptr);
        m_panel->setGroups(m_groups = nullptr);
    }
    showDepth();
    showBlock();
    if (!m_facts.blocks)
        return;
    if (m_sets[std::size_t(m_choice->currentIndex())].needsResponses)
        askResponses();
    if (m_panel->showsMaps() && blockShown())
        askMaps();
    if (m_panel->showsGroups() && blockShown())
        askGroups();
}

void SkipPage::showDepth()
{
    const QuantitySet &set = m_sets[std::size_t(m_choice->currentIndex())];
    m_logarithmic->setEnabled(set.canBeLogarithmic);
    m_meaning->setText(set.meaning);
    widgets::Plot plot;
    if (m_facts.blocks && session().model()) {
        plot.isLogarithmic = set.canBeLogarithmic && m_logarithmic->isChecked();
        plot.segments = stagesOf(session().model()->network);
        const bool hasSkips = session().model()->network.architecture.shortcut != nn::ShortcutKind::None;
        if (hasSkips || !set.needsSkips)
            set.fill(plot, m_facts, widgets::themeOf(palette()));
        if (!showsSomething(plot))
            plot = {};
        m_chart->setPlaceholder(!hasSkips ? tr("%1 is a plain network: nothing comes over a skip, and u = F. Response, "
                                               "magnitude and clipped share can be compared with its residual twin.")
                                                .arg(QString::fromStdString(session().model()->name))
                                          : tr("Not defined for any block"));
    } else {
        m_chart->setPlaceholder(whyEmpty());
    }
    m_chart->setPlot(std::move(plot));
}

const analysis::BlockContribution *SkipPage::blockShown() const
{
    const bool isKnown = m_facts.blocks && m_block >= 0 && m_block < int(m_facts.blocks->size());
    return isKnown ? &(*m_facts.blocks)[std::size_t(m_block)] : nullptr;
}

void SkipPage::showBlock()
{
    const analysis::BlockContribution *block = blockShown();
    const nn::Model *model = session().model();
    m_panel->setHasGroups(model && model->network.architecture.groups > 1);
    QString why = whyEmpty();
    if (m_facts.blocks && !block)
        why = tr("The stem and the head have no skip. Select a block.");
    else if (block && !block->hasShortcut)
        why = tr("A plain block has no skip: every channel of u is F alone.");
    m_panel->setBlock(block, why);
    m_panel->setChannel(session().channel());
    m_panel->setPixel(session().pixel());
    m_equation->setText(block ? equationOf(*block, widgets::themeOf(palette())) : QString());
    m_equation->setVisible(block != nullptr);
}

void SkipPage::askResponses()
{
    ask(
        kResponsesTag,
        [](session::Subject &subject, const analysis::Job &job) {
            return analysis::responsesOf(subject.run(), job.stop);
        },
        m_facts.responses, [this] { showDepth(); });
}

void SkipPage::askMaps()
{
    ask(
        kMapsTag,
        [block = m_block](session::Subject &subject, const analysis::Job &) {
            return analysis::mapsOf(subject.run(), block);
        },
        m_maps, [this] { m_panel->setMaps(m_maps); });
}

void SkipPage::askGroups()
{
    ask(
        kGroupsTag,
        [block = m_block](session::Subject &subject, const analysis::Job &job) {
            return analysis::groupsOf(subject.run(), block, job.stop);
        },
        m_groups, [this] { m_panel->setGroups(m_groups); });
}

void SkipPage::changeEvent(QEvent *event)
{
    Page::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_panel) {
        showDepth();
        showBlock();
    }
}

QString SkipPage::exportName() const
{
    const analysis::BlockContribution *block = blockShown();
    return block ? QString::fromStdString(block->name) + ".skip" : QStringLiteral("skip");
}

std::vector<models::Table> SkipPage::tables() const
{
    if (!m_facts.blocks)
        return {};
    std::vector<models::Table> all{blocksTable(*m_facts.blocks)};
    if (const analysis::BlockContribution *block = blockShown())
        all.push_back(channelsTable(*block));
    if (m_facts.responses)
        all.push_back(responsesTable(*m_facts.responses));
    if (m_groups)
        all.push_back(groupsTable(*m_groups));
    return all;
}

std::vector<NamedTensor> SkipPage::tensors() const
{
    const analysis::BlockContribution *block = blockShown();
    if (!block || !m_maps)
        return {};
    std::vector<NamedTensor> all;
    const std::pair<const char *, const Tensor *> parts[] = {{"s", &m_maps->s}, {"F", &m_maps->F}, {"u", &m_maps->u}};
    for (const auto &[name, map] : parts)
        if (!map->values.empty())
            all.push_back({QStringLiteral("%1.%2.map").arg(QString::fromStdString(block->name), name),
                           std::shared_ptr<const Tensor>(m_maps, map)});
    return all;
}

PageEntry SkipPage::entry()
{
    return {
        "skip",
        tr("Skip"),
        Qt::ALT | Qt::Key_2,
        {tr("Of every block's sum u = α·s + β·F: how much came over the skip, how much did the branch add, and where?"),
         tr("<p><b>Shares</b> σ_s = α⟨s,u⟩/⟨u,u⟩ and σ_F = β⟨F,u⟩/⟨u,u⟩ sum to 1 exactly; they leave [0, 1] where s "
            "and F oppose each other. <b>Residual ratio</b> ‖F‖/‖s‖. <b>Alignment</b> cos(s, F): above 0 the "
            "branch adds to what the skip carries, below 0 it erases. <b>Refinement</b> cos(x, y). <b>Clipped</b>: "
            "what the ReLU removes. <b>Write, erase, kill</b>: y − x = m⊙max(βF, 0) + m⊙min(βF, 0) − x⊙(1 − m) "
            "with m = [u &gt; 0].</p><p><b>Maps</b>: √Σ<sub>c</sub> of the squares at every pixel, one scale for s, "
            "F and u. <b>Channels</b>: σ_F of one channel at a time; below 0.25 it is passed on (skip), above 0.75 "
            "replaced (overwrite), between a mix. <b>Groups</b> (ResNeXt): F = ΣF_g + shift.</p><p>A share says "
            "what the sum consists of, not what it is good for.</p>"),
         tr("He et al. 2015, arXiv 1512.03385; Greff et al. 2017, arXiv 1612.07771 (refinement); Longon 2024, arXiv "
            "2407.05340 (channels); Xie et al. 2017, arXiv 1611.05431 (groups)")},
        [](const PageContext &context, QWidget *parent) { return new SkipPage(context, parent); }};
}

} // namespace reslens::pages
