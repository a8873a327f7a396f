// Shows the gradient's way back, through the skips and branches of each block and to the parameters.
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
    static PageEntry entry();

    QString exportName() const override;
    std::vector<models::Table> tables() const override;

protected:
    void refresh() override;

private:
    enum Part { Flow, Parameters };
    using ParameterGradients = std::vector<analysis::ParameterGradient>;
    void connectSession();
    void forgetAnswers();
    void askPlain();
    void askParameters();
    void showParameters();
    QString blockName(int block) const;

    std::shared_ptr<const analysis::GradientFlow> m_flow, m_plain;
    std::shared_ptr<const ParameterGradients> m_parameters;

    widgets::SegmentBar *m_parts;
    QStackedWidget *m_stack;
    FlowPart *m_flowPart;
    ParameterPart *m_parameterPart;
};

} // namespace reslens::pages
