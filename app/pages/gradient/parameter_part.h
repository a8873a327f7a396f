// Every parameter's gradient: a table that sorts, and the histogram of the one that is selected.
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

    /// Null: nothing to show, and why.
    void setParameters(std::shared_ptr<const Parameters> parameters, const QString &why);
    void setMessage(const QString &text);
    /// Selects the block's first parameter, unless one of its is selected.
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
