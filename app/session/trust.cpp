#include "session/trust.h"

#include "reference/executor.h"
#include "selftest/selftest.h"
#include "session/session.h"
#include "session/subject.h"

#include <algorithm>
#include <cmath>

namespace reslens::session {

namespace {

using selftest::Pass;

QString text(const std::string &value)
{
    return QString::fromStdString(value);
}

SelfTestResult resultOf(const nn::Model &model, const selftest::Report &report)
{
    SelfTestResult result{text(model.name), 0, 0, {}, {}, {}};
    if (const selftest::Check *worst = report.worst(Pass::Forward)) {
        result.forward = worst->difference.relative;
        result.forwardAt = text(worst->tensor);
    }
    if (const selftest::Check *worst = report.worst(Pass::Backward)) {
        result.backward = worst->difference.relative;
        result.backwardAt = text(worst->tensor);
    }
    if (const selftest::Check *wrong = report.firstWrong())
        result.wrong = text(wrong->tensor + " (" + wrong->maker + ")");
    return result;
}

Result<SelfTestResult> testDevice(Subject &subject, const analysis::Job &job)
{
    // The model outlives the question, which runs on the thread that owns it: no share in it is needed.
    const std::shared_ptr<const nn::Model> model(std::shared_ptr<void>(), &subject.model());
    const auto reference = reference::makeExecutor(model, "the referee of a self-test");
    return selftest::selftest(subject.executor(), *reference, subject.input(), job.stop)
        .map([&](const selftest::Report &report) { return resultOf(*model, report); });
}

/// How far two shares are from their sum, 1.
double shortfall(const analysis::Ratio &skip, const analysis::Ratio &branch)
{
    return skip.isDefined && branch.isDefined ? std::abs(skip.value + branch.value - 1) : 0;
}

} // namespace

Trust::Trust(Session &session) : QObject(&session), m_session(session)
{
    connect(&session, &Session::tracedChanged, this, [this] {
        m_residuals.clear();
        emit changed();
    });
    connect(&session, &Session::modelChanged, this, [this] {
        m_selfTest.reset();
        emit changed();
    });
    connect(&session.numbers(), &BlockNumbers::contributionsChanged, this, &Trust::addShares);
    connect(&session.numbers(), &BlockNumbers::flowChanged, this, &Trust::addShares);
}

void Trust::addShares()
{
    if (const auto contributions = m_session.numbers().contributions()) {
        double worst = 0;
        for (const analysis::BlockContribution &block : *contributions)
            worst = std::max(worst, shortfall(block.skipShare, block.branchShare));
        setResidual(tr("skip and branch shares"), {worst, true});
    }
    if (const auto flow = m_session.numbers().flow()) {
        double worst = 0;
        for (const analysis::BlockFlow &block : flow->blocks)
            worst = std::max(worst, shortfall(block.skipShare, block.branchShare));
        setResidual(tr("gradient shares"), {worst, true});
    }
}

void Trust::setResidual(const QString &of, const analysis::Ratio &residual)
{
    if (residual.isDefined)
        m_residuals[of] = residual.value;
    else
        m_residuals.remove(of);
    emit changed();
}

std::optional<double> Trust::worstResidual() const
{
    if (m_residuals.isEmpty())
        return std::nullopt;
    return *std::ranges::max_element(m_residuals);
}

void Trust::runSelfTest()
{
    const auto done = [this](const Result<std::shared_ptr<const SelfTestResult>> &answer) {
        if (!answer)
            return m_session.tell(answer.error());
        m_selfTest = **answer;
        emit changed();
        if (m_selfTest->wrong.isEmpty())
            emit m_session.noticed(tr("Self-test passed: forward %1, backward %2 (largest relative errors against the "
                                      "CPU reference)")
                                       .arg(m_selfTest->forward, 0, 'e', 1)
                                       .arg(m_selfTest->backward, 0, 'e', 1));
        else
            emit m_session.failed(tr("Self-test: %1 is wrong on this device").arg(m_selfTest->wrong));
    };
    m_session.ask<SelfTestResult>(this, {"selftest", testDevice, done});
}

} // namespace reslens::session
