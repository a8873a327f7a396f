#include "pages/gradient/gradient_page.h"

#include "pages/gradient/flow_part.h"
#include "pages/gradient/gradient_tables.h"
#include "pages/gradient/parameter_part.h"
#include "pages/objective_bar.h"
#include "session/session.h"
#include "session/subject.h"
#include "widgets/controls.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

namespace reslens::pages {

namespace {

const QString kPlainTag = "gradient.plain", kParametersTag = "gradient.parameters";

/// The gradient's way back through the same weights with every skip cut.
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
    : Page(context, parent), m_parts(new widgets::SegmentBar(tr("Shown of the gradient"), this)),
      m_stack(new QStackedWidget(this)), m_flowPart(new FlowPart(context.session, m_stack)),
      m_parameterPart(new ParameterPart(m_stack))
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
    connect(&open, &session::Session::tracedChanged, this, [this] {
        ++m_trace;
        forget();
        invalidate();
    });
    connect(&open, &session::Session::objectiveChanged, this, [this] {
        forget();
        invalidate();
    });
    connect(&open.numbers(), &session::BlockNumbers::flowChanged, this, &GradientPage::invalidate);
    connect(&open, &session::Session::activityChanged, this, [this] {
        if (!m_flow)
            invalidate();
    });
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

/// Of another trace or objective: what takes a while must not stand beside other numbers meanwhile.
void GradientPage::forget()
{
    for (const QString &tag : {kPlainTag, kParametersTag})
        session().inquiries().cancel(tag);
    m_plain.reset();
    m_parameters.reset();
    m_plainAsked = m_parametersAsked = {}; // they are asked anew, also where the objective is as it was before
}

QString GradientPage::blockName(int block) const
{
    if (!session().model() || block < 0)
        return {};
    return QString::fromStdString(session().model()->network.blocks[std::size_t(block)].name);
}

QString GradientPage::whyEmpty() const
{
    if (!session().model())
        return tr("Choose a model, or drop a checkpoint, to see its gradient");
    if (!session().activity().isEmpty())
        return session().activity();
    if (session().picture().isNull())
        return tr("Open a picture to see how the gradient comes back");
    return tr("Going back through the network…");
}

void GradientPage::refresh()
{
    m_flow = session().traced() ? session().numbers().flow() : nullptr;
    const nn::Model *model = session().model();
    m_flowPart->setHasSkips(!model || model->network.architecture.shortcut != nn::ShortcutKind::None);
    m_flowPart->setFlow(m_flow, whyEmpty());
    m_flowPart->setPlain(m_plain);
    showParameters();
    if (session().traced() && m_parts->current() == Flow && m_flowPart->wantsPlain())
        askPlain();
    if (session().traced() && m_parts->current() == Parameters)
        askParameters();
    settle();
}

void GradientPage::showParameters()
{
    m_parameterPart->setParameters(m_parameters, whyEmpty());
    m_parameterPart->showBlock(blockName(session().block()));
}

void GradientPage::askPlain()
{
    const Topic topic{m_trace, session().objective()};
    if (std::exchange(m_plainAsked, topic) == topic)
        return;
    session().ask<analysis::GradientFlow>(
        this, {kPlainTag,
               [objective = topic.objective](session::Subject &subject, const analysis::Job &job) {
                   return plainFlow(subject, objective, job);
               },
               [this](const auto &answer) {
                   m_plain = answer ? *answer : nullptr;
                   if (!answer)
                       session().tell(answer.error());
                   m_flowPart->setPlain(m_plain);
                   settle();
               }});
}

void GradientPage::askParameters()
{
    const Topic topic{m_trace, session().objective()};
    if (std::exchange(m_parametersAsked, topic) == topic)
        return;
    const auto question = [objective = topic.objective](session::Subject &subject,
                                                        const analysis::Job &job) -> Result<ParameterGradients> {
        const auto gradients = subject.gradients(objective, job.stop);
        if (!gradients)
            return tl::unexpected(gradients.error());
        return analysis::parameterGradients(subject.model(), **gradients, job);
    };
    const auto take = [this](const auto &answer) {
        m_parameters = answer ? *answer : nullptr;
        if (!answer)
            session().tell(answer.error());
        showParameters();
        settle();
    };
    session().ask<ParameterGradients>(this, {kParametersTag, question, take, [this](int done, int total) {
                                                 m_parameterPart->setMessage(
                                                     tr("Gradients of the parameters: %1 of %2").arg(done).arg(total));
                                             }});
}

bool GradientPage::isSettled() const
{
    const session::Inquiries &inquiries = session().inquiries();
    return Page::isSettled() && !inquiries.isUnderWay("flow") && !inquiries.isUnderWay(kPlainTag) &&
           !inquiries.isUnderWay(kParametersTag);
}

void GradientPage::settle()
{
    if (isSettled())
        emit settled();
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

} // namespace reslens::pages
