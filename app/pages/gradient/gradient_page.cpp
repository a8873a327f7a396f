#include "pages/gradient/gradient_page.h"

#include "pages/gradient/flow_part.h"
#include "pages/gradient/gradient_tables.h"
#include "pages/gradient/parameter_part.h"
#include "pages/objective_bar.h"
#include "session/subject.h"
#include "widgets/controls.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

namespace reslens::pages {

namespace {

const QString kPlainTag = "gradient.plain", kParametersTag = "gradient.parameters";

/// Computes the flow through the same weights with every skip cut.
Result<analysis::GradientFlow> plainFlow(session::Subject &subject, const nn::Objective &objective,
                                         const analysis::Job &job)
{
    nn::RunOptions forward;
    forward.scales = TRY(analysis::scalesForAll(subject.network(), subject.scales()));
    forward.stop = job.stop;
    for (nn::BlockScale &scale : forward.scales)
        scale.alpha = 0;
    const auto trace = TRY(subject.executor().trace(subject.input(), forward));
    nn::RunOptions backward;
    backward.stop = job.stop;
    const auto gradients = TRY(nn::backward(*trace, objective, backward));
    return analysis::gradientFlow(subject.network(), *gradients, 0, job.stop);
}

} // namespace

GradientPage::GradientPage(const PageContext &context, QWidget *parent)
    : Page(context, parent, tr("how the gradient comes back")),
      m_parts(new widgets::SegmentBar(tr("Shown of the gradient"), this)), m_stack(new QStackedWidget(this)),
      m_flowPart(new FlowPart(context.session, m_stack)), m_parameterPart(new ParameterPart(m_stack))
{
    m_parts->addSegment(tr("Flow"), tr("How the gradient divides at every block, and what arrives"));
    m_parts->addSegment(tr("Parameters"), tr("What the objective asks of every trained tensor of the checkpoint"));
    auto *row = new QHBoxLayout;
    row->addWidget(new ObjectiveBar(context.session, ObjectiveBar::Kinds::All, this));
    row->addStretch(1);
    row->addWidget(m_parts);
    m_stack->addWidget(m_flowPart);
    m_stack->addWidget(m_parameterPart);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(12, 4, 12, 6);
    column->setSpacing(4);
    column->addLayout(row);
    column->addWidget(m_stack, 1);
    connectSession();
}

void GradientPage::connectSession()
{
    session::Session &open = session();
    await(session::BlockNumbers::kFlowTag);
    connect(&open, &session::Session::tracedChanged, this, &GradientPage::forgetAnswers);
    connect(&open, &session::Session::objectiveChanged, this, &GradientPage::forgetAnswers);
    follow(&session::Session::tracedChanged, &session::Session::objectiveChanged);
    connect(&open.numbers(), &session::BlockNumbers::flowChanged, this, &GradientPage::invalidate);
    connect(&open, &session::Session::positionChanged, this,
            [this] { m_parameterPart->showBlock(blockName(session().block())); });
    connect(m_parts, &widgets::SegmentBar::changed, this, [this](int part) {
        m_stack->setCurrentIndex(part);
        invalidate();
    });
    connect(m_flowPart, &FlowPart::plainToggled, this, &GradientPage::invalidate);
    connect(m_parameterPart, &ParameterPart::parameterPicked, this, [this](const QString &name) {
        for (int b = 0; session().model() && b < int(session().model()->network.blocks.size()); ++b)
            if (name.startsWith(blockName(b) + '.'))
                session().selectPosition(b);
    });
}

/// Drops slow answers, which must not stand next to the numbers of another trace or objective.
void GradientPage::forgetAnswers()
{
    forget(kPlainTag);
    forget(kParametersTag);
    m_plain.reset();
    m_parameters.reset();
}

QString GradientPage::blockName(int block) const
{
    if (!session().model() || block < 0)
        return {};
    return QString::fromStdString(session().model()->network.blocks[std::size_t(block)].name);
}

void GradientPage::refresh()
{
    m_flow = session().traced() ? session().numbers().flow() : nullptr;
    const nn::Model *model = session().model();
    m_flowPart->setHasSkips(!model || model->network.architecture.shortcut != nn::ShortcutKind::None);
    m_flowPart->setFlow(m_flow, whyEmpty());
    m_flowPart->setPlain(m_plain);
    showParameters();
    if (m_parts->current() == Flow && m_flowPart->wantsPlain())
        askPlain();
    if (m_parts->current() == Parameters)
        askParameters();
}

void GradientPage::showParameters()
{
    m_parameterPart->setParameters(m_parameters, whyEmpty());
    m_parameterPart->showBlock(blockName(session().block()));
}

void GradientPage::askPlain()
{
    ask(
        kPlainTag,
        [objective = session().objective()](session::Subject &subject, const analysis::Job &job) {
            return plainFlow(subject, objective, job);
        },
        m_plain, [this] { m_flowPart->setPlain(m_plain); });
}

void GradientPage::askParameters()
{
    ask(
        kParametersTag,
        [objective = session().objective()](session::Subject &subject,
                                            const analysis::Job &job) -> Result<ParameterGradients> {
            const nn::Gradients *gradients = TRY(subject.gradients(objective, job.stop));
            return analysis::parameterGradients(subject.model(), *gradients, job);
        },
        m_parameters, [this] { showParameters(); },
        [this](int done, int total) {
            m_parameterPart->setMessage(tr("Gradients of the parameters: %1 of %2").arg(done).arg(total));
        });
}

QString GradientPage::exportName() const
{
    return QStringLiteral("gradient");
}

std::vector<models::Table> GradientPage::tables() const
{
    std::vector<models::Table> all;
    if (m_flow)
        all.push_back(flowTable("flow", *m_flow));
    if (m_parameters)
        all.push_back(parametersTable(*m_parameters));
    if (m_plain && m_flowPart->wantsPlain())
        all.push_back(flowTable("plain-counterfactual", *m_plain));
    return all;
}

PageEntry GradientPage::entry()
{
    return {"gradient",
            tr("Gradient"),
            Qt::ALT | Qt::Key_3,
            {tr("The way of the gradient from J back to the picture: does it get through, and by the skips or by the "
                "branches?"),
             tr("<p>J is differentiated at every block, with g<sub>y</sub> = ∂J/∂y and g<sub>u</sub> = m ⊙ "
                "g<sub>y</sub>, m = [u &gt; 0]:</p><p>through the skip g<sub>s</sub> = α(∂s/∂x)<sup>T</sup> "
                "g<sub>u</sub><br>through the branch g<sub>F</sub> = β(∂F/∂x)<sup>T</sup> g<sub>u</sub><br>arriving at "
                "the input g<sub>x</sub> = g<sub>s</sub> + g<sub>F</sub></p><p><b>Thickness</b> is the norm. Norms do "
                "not add: ‖g<sub>x</sub>‖² = ‖g<sub>s</sub>‖² + ‖g<sub>F</sub>‖² + "
                "2‖g<sub>s</sub>‖‖g<sub>F</sub>‖cos(g<sub>s</sub>, g<sub>F</sub>). <b>Gain</b> "
                "‖g<sub>x</sub>‖/‖g<sub>y</sub>‖; where a stage begins, the number of elements changes, and the gain "
                "with rms compares.</p><p><b>Plain counterfactual</b>: the same weights with all α = 0, run forward "
                "and back. <b>Parameters</b>: ‖∂J/∂W‖, its ratio to ‖W‖ and the histogram of log<sub>10</sub>|∂J/∂W|, "
                "for the checkpoint's own tensors. Batch norms are in evaluation mode.</p>"),
             tr("He et al. 2015, arXiv 1512.03385; He et al. 2016, arXiv 1603.05027 (identity mappings); Veit, Wilber, "
                "Belongie 2016, arXiv 1605.06431")},
            [](const PageContext &context, QWidget *parent) { return new GradientPage(context, parent); }};
}

} // namespace reslens::pages
