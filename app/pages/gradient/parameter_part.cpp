#include "pages/gradient/parameter_part.h"

#include "models/table.h"
#include "pages/gradient/gradient_tables.h"
#include "widgets/colour_legend.h"
#include "widgets/table_view.h"

#include <QHeaderView>
#include <QSplitter>
#include <QVBoxLayout>

#include <algorithm>
#include <limits>

namespace reslens::pages {

namespace {

using analysis::LogHistogram;

QLabel *selectableLabel(QWidget *parent, const char *objectName = "")
{
    auto *label = new QLabel(parent);
    label->setObjectName(objectName);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    return label;
}

/// Returns the bins from the first to the last that is not empty, and their range.
std::pair<std::vector<int>, widgets::ValueRange> filledBins(const LogHistogram &histogram)
{
    const auto isFilled = [](std::int64_t count) { return count > 0; };
    const auto first = std::ranges::find_if(histogram.counts, isFilled);
    if (first == histogram.counts.end())
        return {};
    const auto last = std::find_if(histogram.counts.rbegin(), histogram.counts.rend(), isFilled).base();
    std::vector<int> counts;
    for (auto bin = first; bin != last; ++bin)
        counts.push_back(int(std::min<std::int64_t>(*bin, std::numeric_limits<int>::max())));
    const auto edge = [&](auto bin) {
        return float(LogHistogram::kLow + LogHistogram::kStep * double(bin - histogram.counts.begin()));
    };
    return {counts, {edge(first), edge(last)}};
}

} // namespace

ParameterPart::ParameterPart(QWidget *parent)
    : QWidget(parent), m_message(new QLabel(this)), m_content(new QWidget(this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    m_message->setObjectName("muted");
    m_message->setAlignment(Qt::AlignCenter);
    m_message->setWordWrap(true);
    column->addWidget(m_message, 1);
    column->addWidget(m_content, 1);
    auto *row = new QHBoxLayout(m_content);
    row->setContentsMargins(0, 0, 0, 0);
    auto *splitter = new QSplitter(Qt::Horizontal, m_content);
    splitter->setChildrenCollapsible(false);
    m_table = new widgets::TableView(splitter);
    m_table->setAccessibleName(tr("Gradients of all parameters"));
    m_table->setToolTip(tr("A click on a column's name sorts by it; Ctrl+C copies the selected rows, or all"));
    splitter->addWidget(m_table);
    splitter->addWidget(makeDetail(splitter));
    splitter->setSizes({620, 300});
    row->addWidget(splitter);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this] { showDetail(m_table->currentRow()); });
    connect(m_table, &widgets::TableView::currentRowChanged, this,
            [this](int index) { emit parameterPicked(m_table->table().rows[std::size_t(index)][0].toString()); });
    setMessage({});
}

QWidget *ParameterPart::makeDetail(QWidget *parent)
{
    auto *detail = new QWidget(parent);
    auto *column = new QVBoxLayout(detail);
    column->setContentsMargins(12, 4, 0, 0);
    m_name = selectableLabel(detail);
    QFont strong = font();
    strong.setBold(true);
    m_name->setFont(strong);
    m_numbers = selectableLabel(detail);
    m_histogramTitle = selectableLabel(detail, "muted");
    m_histogram = new widgets::HistogramView(detail);
    m_histogram->setAccessibleName(tr("Histogram of log10 of the gradient's values"));
    m_histogram->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    m_rest = selectableLabel(detail, "muted");
    for (QLabel *label : {m_name, m_numbers, m_histogramTitle})
        column->addWidget(label);
    column->addWidget(m_histogram, 1);
    column->addWidget(m_rest);
    return detail;
}

void ParameterPart::setMessage(const QString &text)
{
    m_message->setText(text);
    m_message->setVisible(!m_parameters);
    m_content->setVisible(m_parameters != nullptr);
}

void ParameterPart::setParameters(std::shared_ptr<const Parameters> parameters, const QString &why)
{
    m_parameters = std::move(parameters);
    setMessage(why);
    if (!m_parameters)
        return;
    const bool isFirst = m_table->table().columns.isEmpty();
    m_table->setTable(parametersTable(*m_parameters));
    if (isFirst) {
        m_table->horizontalHeader()->setStretchLastSection(false);
        m_table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    }
    showDetail(m_table->currentRow());
}

QString ParameterPart::selectedName() const
{
    const int row = m_table->currentRow();
    return m_parameters && row >= 0 ? m_table->table().rows[std::size_t(row)][0].toString() : QString();
}

void ParameterPart::showBlock(const QString &name)
{
    if (!m_parameters || name.isEmpty() || selectedName().startsWith(name + '.'))
        return;
    const auto found = std::ranges::find_if(*m_parameters, [&](const analysis::ParameterGradient &one) {
        return QString::fromStdString(one.name).startsWith(name + '.');
    });
    if (found == m_parameters->end())
        return;
    m_table->setCurrentRow(int(found - m_parameters->begin()));
    m_table->scrollTo(m_table->currentIndex());
}

void ParameterPart::showDetail(int row)
{
    const bool isKnown = m_parameters && row >= 0 && row < int(m_parameters->size());
    if (!isKnown) {
        m_name->setText(tr("Select a parameter to see the histogram of its gradient."));
        for (QLabel *label : {m_numbers, m_histogramTitle, m_rest})
            label->clear();
        m_histogram->setCounts({}, {});
        return;
    }
    const analysis::ParameterGradient &one = (*m_parameters)[std::size_t(row)];
    m_name->setText(QString::fromStdString(one.name));
    m_numbers->setText(
        tr("‖∂J/∂W‖ = %1, ‖W‖ = %2, ratio %3")
            .arg(models::wordsOf(one.gradientNorm), models::wordsOf(one.norm), models::wordsOf(one.ratio)));
    const auto [counts, range] = filledBins(one.histogram);
    m_histogram->setCounts(counts, range);
    m_histogramTitle->setText(
        counts.empty()
            ? tr("No value of the gradient lies between 1e-12 and 1e4.")
            : tr("values by log₁₀|∂J/∂W|, from 10^%1 to 10^%2").arg(double(range.low)).arg(double(range.high)));
    QStringList rest{tr("%1 are 0").arg(one.histogram.zeros)};
    if (one.histogram.below + one.histogram.above > 0)
        rest << tr("%1 below 1e-12, %2 above 1e4").arg(one.histogram.below).arg(one.histogram.above);
    if (one.histogram.notFinite > 0)
        rest << tr("%1 not finite").arg(one.histogram.notFinite);
    if (!one.complaint.empty())
        rest << QString::fromStdString(one.complaint);
    m_rest->setText(rest.join(QStringLiteral(" · ")));
}

} // namespace reslens::pages
