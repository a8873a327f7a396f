// How the gradient comes back: through which blocks' skips and branches, and to which parameters.
#pragma once

#include "pages/page.h"

#include "analysis/gradient_flow.h"
#include "analysis/parameter_gradients.h"
#include "nn/objective.h"

#include <QStackedWidget>

namespace reslens::widgets {
class SegmentBar;
}

namespace reslens::pages {

class FlowPart;
class ParameterPart;

class GradientPage : public Page {
    Q_OBJECT

public:
    GradientPage(const PageContext &context, QWidget *parent);

    QString exportName() const override;
    std::vector<models::Table> tables() const override;
    bool isSettled() const override;

protected:
    void refresh() override;

private:
    enum Part { Flow, Parameters };
    using ParameterGradients = std::vector<analysis::ParameterGradient>;
    /// What an answer is about.
    struct Topic {
        int trace = -1;
        nn::Objective objective;
        bool operator==(const Topic &) const = default;
    };

    void connectSession();
    void forget();
    void askPlain();
    void askParameters();
    void settle();
    void showParameters();
    QString blockName(int block) const;
    QString whyEmpty() const;

    std::shared_ptr<const analysis::GradientFlow> m_flow, m_plain;
    std::shared_ptr<const ParameterGradients> m_parameters;
    Topic m_plainAsked, m_parametersAsked;
    int m_trace = 0; // counts them

    widgets::SegmentBar *m_parts;
    QStackedWidget *m_stack;
    FlowPart *m_flowPart;
    ParameterPart *m_parameterPart;
};

PageEntry gradientEntry();

} // namespace reslens::pages
