// Shows every parameter's gradient in a sortable table, and the histogram of the selected one.
#pragma once

#include "analysis/parameter_gradients.h"

#include <QLabel>
#include <QWidget>

#include <memory>
#include <vector>

namespace reslens::widgets {
class HistogramView;
class TableView;
} // namespace reslens::widgets

namespace reslens::pages {

class ParameterPart : public QWidget {
    Q_OBJECT

public:
    using Parameters = std::vector<analysis::ParameterGradient>;

    explicit ParameterPart(QWidget *parent);

    /// `parameters` is null if there is nothing to show; `why` says the reason.
    void setParameters(std::shared_ptr<const Parameters> parameters, const QString &why);
    void setMessage(const QString &text);
    /// Selects the block's first parameter, unless one of the block's is already selected.
    void showBlock(const QString &name);
    QString selectedName() const;

signals:
    void parameterPicked(const QString &name);

private:
    QWidget *makeDetail(QWidget *parent);
    void showDetail(int row);

    std::shared_ptr<const Parameters> m_parameters;
    QLabel *m_message;
    QWidget *m_content;
    widgets::TableView *m_table = nullptr;
    QLabel *m_name = nullptr, *m_numbers = nullptr, *m_histogramTitle = nullptr, *m_rest = nullptr;
    widgets::HistogramView *m_histogram = nullptr;
};

} // namespace reslens::pages
