#include "pages/parameters/parameters_page.h"

#include "pages/parameters/parameter_panel.h"
#include "widgets/table_view.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLocale>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace reslens::pages {

using session::Session;

namespace {

constexpr int kProgressMs = 100;
constexpr int kVisibleRows = 0; // rows measured for the column widths; there are hundreds
constexpr int kCellMargin = 16;

} // namespace

ParametersPage::ParametersPage(const PageContext &context, QWidget *parent)
    : Page(context, parent, tr("its parameters")), m_background([this](const Error &error) { session().tell(error); })
{
    m_stack = new QStackedWidget(this);
    m_placeholder = new QLabel(m_stack);
    m_placeholder->setObjectName("muted");
    m_placeholder->setAlignment(Qt::AlignCenter);
    m_stack->addWidget(m_placeholder);
    m_stack->addWidget(makeViews());
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(12, 6, 12, 6);
    column->addWidget(m_stack);
    m_ticks.setInterval(kProgressMs);
    connect(&m_ticks, &QTimer::timeout, this, &ParametersPage::showProgress);

    connect(&context.session, &Session::modelChanged, this, [this] {
        m_isOtherModel = true;
        invalidate();
    });
    connect(&context.session, &Session::positionChanged, this, [this] {
        if (isVisible())
            followPosition();
        else
            invalidate();
    });
}

ParametersPage::~ParametersPage()
{
    m_stop.request_stop();
}

QWidget *ParametersPage::makeToolRow()
{
    auto *tools = new QWidget(m_stack);
    auto *row = new QHBoxLayout(tools);
    row->setContentsMargins(0, 0, 0, 4);
    row->setSpacing(8);
    m_filter = new QLineEdit(tools);
    m_filter->setPlaceholderText(tr("Filter by name: conv, bn2, layer3…"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setAccessibleName(tr("Filter by name"));
    m_filter->setToolTip(tr("Shows the tensors whose name contains every word"));
    m_filter->setMaximumWidth(fontMetrics().averageCharWidth() * 44);
    m_onlyBlock = new QToolButton(tools);
    m_onlyBlock->setObjectName("toggle");
    m_onlyBlock->setText(tr("Selected &block only"));
    m_onlyBlock->setCheckable(true);
    m_onlyBlock->setToolTip(tr("Shows the tensors of the block that is selected in the network (Alt+B)"));
    m_progress = new QLabel(tools);
    m_progress->setObjectName("muted");
    m_progress->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_stopButton = new QToolButton(tools);
    m_stopButton->setObjectName("toggle");
    m_stopButton->setToolTip(tr("Stops or begins reading every tensor for its statistics"));
    row->addWidget(m_filter, 1);
    row->addWidget(m_onlyBlock);
    row->addStretch(1);
    row->addWidget(m_progress);
    row->addWidget(m_stopButton);
    connect(m_filter, &QLineEdit::textChanged, this, &ParametersPage::fillTable);
    connect(m_onlyBlock, &QToolButton::toggled, this, &ParametersPage::fillTable);
    connect(m_stopButton, &QToolButton::clicked, this, [this] {
        if (m_isCounting) {
            stopCounting();
            m_isStopped = true;
            showProgress();
        } else {
            count();
        }
    });
    return tools;
}

QWidget *ParametersPage::makeViews()
{
    auto *views = new QWidget(m_stack);
    auto *column = new QVBoxLayout(views);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeToolRow());
    auto *splitter = new QSplitter(Qt::Horizontal, views);
    m_table = new widgets::TableView(splitter);
    m_table->setAccessibleName(tr("Tensors of the checkpoint"));
    m_table->horizontalHeader()->setResizeContentsPrecision(kVisibleRows);
    m_table->horizontalHeader()->setToolTip(tr("Click to sort. Statistics are of the finite values."));
    m_table->viewport()->setMouseTracking(true);
    m_table->viewport()->installEventFilter(this);
    m_panel = new ParameterPanel(splitter);
    splitter->addWidget(m_table);
    splitter->addWidget(m_panel);
    splitter->setStretchFactor(0, 1);
    splitter->setCollapsible(0, false);
    splitter->setSizes({620, 330});
    column->addWidget(splitter, 1);
    m_panel->setVisible(false);
    connect(m_table, &widgets::TableView::currentRowChanged, this,
            [this](int row) { select(m_shown[std::size_t(row)]); });
    connect(m_table, &QAbstractItemView::entered, this, [this](const QModelIndex &index) {
        const auto *sorted = static_cast<const QAbstractProxyModel *>(m_table->model());
        const int row = sorted->mapToSource(index).row();
        session().hoverPosition(m_entries[std::size_t(m_shown[std::size_t(row)])].position);
    });
    return views;
}

bool ParametersPage::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Leave)
        session().hoverPosition(session::kNowhere);
    return Page::eventFilter(watched, event);
}

void ParametersPage::refresh()
{
    m_stack->setCurrentIndex(session().model() ? 1 : 0);
    m_placeholder->setText(whyEmpty());
    const bool isOther = m_isOtherModel;
    if (isOther)
        load();
    if (m_statistics.empty() && !m_isStopped && !m_isCounting && !m_entries.empty())
        count();
    fillTable();
    if (isOther)
        fitColumns();
    followPosition();
}

void ParametersPage::load()
{
    stopCounting();
    m_background.cancel("detail");
    m_isReading = m_isOtherModel = m_isStopped = false;
    m_entries = session().model() ? parameterEntries(*session().model()) : std::vector<ParameterEntry>();
    m_statistics.clear();
    m_current = -1;
    m_panel->setDetail(nullptr);
}

void ParametersPage::count()
{
    m_stop = std::stop_source();
    m_done = std::make_shared<std::atomic<int>>(0);
    m_isCounting = true;
    m_isStopped = false;
    m_ticks.start();
    showProgress();
    m_background.start(
        "statistics",
        [entries = m_entries, stop = m_stop.get_token(), done = m_done] { return statisticsOf(entries, stop, *done); },
        [this](StatisticsList statistics) { take(std::move(statistics)); });
}

void ParametersPage::stopCounting()
{
    m_stop.request_stop();
    m_background.cancel("statistics");
    m_isCounting = false;
    m_ticks.stop();
}

void ParametersPage::hideEvent(QHideEvent *event)
{
    Page::hideEvent(event);
    if (!m_isCounting)
        return;
    stopCounting(); // it begins again when the page is next seen
    invalidate();
}

void ParametersPage::take(StatisticsList statistics)
{
    m_isCounting = false;
    m_ticks.stop();
    m_statistics = std::move(statistics);
    fillTable();
    showProgress();
}

/// Makes the columns wide enough for every row without measuring each cell.
void ParametersPage::fitColumns()
{
    const models::Table table = parameterTable(m_entries, {}, m_shown);
    for (int column = 0; column < table.columns.size(); ++column) {
        QString longest = column > 1 ? QStringLiteral("-0.001234") : QString();
        for (const QVariantList &row : table.rows)
            if (const QString text = models::cellText(row[column]); text.size() > longest.size())
                longest = text;
        m_table->setColumnWidth(column, std::max(m_table->fontMetrics().horizontalAdvance(longest) + kCellMargin,
                                                 m_table->horizontalHeader()->sectionSizeHint(column)));
    }
}

void ParametersPage::showProgress()
{
    m_stopButton->setVisible(m_isCounting || m_isStopped);
    m_stopButton->setText(m_isCounting ? tr("Stop") : tr("Read statistics"));
    if (m_isCounting) {
        m_progress->setText(tr("Reading tensor %1 of %2…").arg(m_done->load()).arg(m_entries.size()));
        return;
    }
    std::int64_t elements = 0;
    for (const ParameterEntry &entry : m_entries)
        elements += entry.tensor.count();
    const QLocale locale;
    m_progress->setText(tr("%1 of %2 tensors · %3 values in all")
                            .arg(m_shown.size())
                            .arg(m_entries.size())
                            .arg(locale.toString(qlonglong(elements))));
}

void ParametersPage::fillTable()
{
    const QStringList words = m_filter->text().split(' ', Qt::SkipEmptyParts);
    m_shown.clear();
    for (int i = 0; i < int(m_entries.size()); ++i) {
        const ParameterEntry &entry = m_entries[std::size_t(i)];
        const QString name = QString::fromStdString(entry.name);
        const bool isNamed =
            std::ranges::all_of(words, [&](const QString &word) { return name.contains(word, Qt::CaseInsensitive); });
        if (isNamed && (!m_onlyBlock->isChecked() || entry.position == session().position()))
            m_shown.push_back(i);
    }
    m_table->setTable(parameterTable(m_entries, m_statistics, m_shown));
    m_table->setCurrentRow(rowOf(m_current));
    showProgress();
}

int ParametersPage::rowOf(int entry) const
{
    const auto found = std::ranges::find(m_shown, entry);
    return found != m_shown.end() ? int(found - m_shown.begin()) : -1;
}

/// Keeps a selected tensor of the selected block. Otherwise selects the block's first tensor with visible kernels.
void ParametersPage::followPosition()
{
    if (m_entries.empty())
        return;
    const int position = session().position();
    if (m_current < 0 || m_entries[std::size_t(m_current)].position != position) {
        const auto hasKernels = [position](const ParameterEntry &entry) {
            return entry.position == position &&
                   (entry.kind == ParameterKind::Filters || entry.kind == ParameterKind::Kernels);
        };
        auto first = std::ranges::find_if(m_entries, hasKernels);
        if (first == m_entries.end())
            first = std::ranges::find(m_entries, position, &ParameterEntry::position);
        m_current = first != m_entries.end() ? int(first - m_entries.begin()) : m_current;
        askDetail();
    }
    if (m_onlyBlock->isChecked())
        fillTable();
    m_table->setCurrentRow(rowOf(m_current));
    if (m_table->currentIndex().isValid())
        m_table->scrollTo(m_table->currentIndex(), QAbstractItemView::PositionAtCenter);
}

void ParametersPage::select(int entry)
{
    if (entry == m_current)
        return;
    m_current = entry;
    askDetail();
    session().selectPosition(m_entries[std::size_t(entry)].position);
}

void ParametersPage::askDetail()
{
    if (m_current < 0)
        return;
    m_isReading = true;
    m_background.start(
        "detail",
        [entry = m_entries[std::size_t(m_current)]] {
            return std::make_shared<const ParameterDetail>(detailOf(entry));
        },
        [this](std::shared_ptr<const ParameterDetail> detail) {
            m_isReading = false;
            m_panel->setDetail(std::move(detail));
        },
        1); // before the statistics
}

std::vector<models::Table> ParametersPage::tables() const
{
    if (m_statistics.empty())
        return {};
    return {m_table->table()};
}

std::vector<NamedTensor> ParametersPage::tensors() const
{
    const ParameterDetail *detail = m_panel->detail();
    if (!detail)
        return {};
    return {{QString::fromStdString(detail->entry.name), detail->tensor}};
}

PageEntry ParametersPage::entry()
{
    return {
        "parameters",
        tr("Parameters"),
        Qt::ALT | Qt::Key_8,
        {tr("Every tensor that the checkpoint holds, as numbers and as pictures: what has this network learned, and "
            "is "
            "any of it broken?"),
         tr("<p>Statistics are of the stored values as fp32, summed in double precision, over the finite values: "
            "std&nbsp;=&nbsp;√(mean of (w&nbsp;−&nbsp;mean)²), norm&nbsp;=&nbsp;√Σw². <b>zeros&nbsp;%</b> is the "
            "share "
            "of all values that are exactly 0; <b>not finite</b> counts NaN and infinities.</p><p>Filters of the "
            "first "
            "layer have three channels and are pictures: a weight w becomes the grey "
            "½&nbsp;+&nbsp;w&nbsp;/&nbsp;(2&nbsp;"
            "max|w|), channel by channel, with the largest magnitude of that filter. Other convolutions show one "
            "kernel "
            "for each input channel of the chosen output channel; 1&nbsp;×&nbsp;1 convolutions and the linear layer "
            "are "
            "matrices, batch norms one value for each channel.</p>"),
         tr("Krizhevsky, Sutskever, Hinton 2012, figure 3: first-layer filters as pictures")},
        [](const PageContext &context, QWidget *parent) { return new ParametersPage(context, parent); }};
}

} // namespace reslens::pages
