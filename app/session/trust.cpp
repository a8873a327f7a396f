#include "session/trust.h"

#include "reference/executor.h"
#include "selftest/selftest.h"
#include "session/session.h"
#include "session/subject.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace reslens::session {

namespace {

using selftest::Pass;

const QString kSearching = QStringLiteral("fit of candidates");
constexpr double kNotFinite = std::numeric_limits<double>::infinity();

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
    // An alias without ownership: the model outlives the question, which runs on the thread that owns it.
    const std::shared_ptr<const nn::Model> model(std::shared_ptr<void>(), &subject.model());
    const auto reference = reference::makeExecutor(model, "the referee of a self-test");
    return selftest::selftest(subject.executor(), *reference, subject.input(), job.stop)
        .map([&](const selftest::Report &report) { return resultOf(*model, report); });
}

/// Returns how far the two shares of any of `blocks` are from their sum, 1. Plain blocks have no two shares. Numbers
/// that are not finite do not add up.
template <typename Blocks>
analysis::Ratio largestShortfall(const Blocks &blocks)
{
    analysis::Ratio worst;
    for (const auto &block : blocks) {
        const bool isFinite = block.complaint.empty();
        if (!block.hasShortcut || (isFinite && !(block.skipShare.isDefined && block.branchShare.isDefined)))
            continue;
        const double gap = std::abs(block.skipShare.value + block.branchShare.value - 1);
        worst = {std::max(worst.value, isFinite ? gap : kNotFinite), true};
    }
    return worst;
}

} // namespace

Trust::Trust(Session &session) : QObject(&session), m_session(session)
{
    connect(&session, &Session::tracedChanged, this, [this] {
        m_residuals.clear();
        m_fit.reset();
        emit changed();
        askFit();
    });
    connect(&session, &Session::objectiveChanged, this, [this] { // most residuals depend on the objective
        m_residuals.clear();
        addShares();
    });
    connect(&session, &Session::modelChanged, this, [this] {
        m_selfTest.reset();
        m_better.clear();
        m_isBetterAsked = false;
        emit changed();
    });
    connect(&session.numbers(), &BlockNumbers::contributionsChanged, this, &Trust::addShares);
    connect(&session.numbers(), &BlockNumbers::flowChanged, this, &Trust::addShares);
}

void Trust::addShares()
{
    const auto contributions = m_session.numbers().contributions();
    const auto flow = m_session.numbers().flow();
    setResidual(tr("skip and branch shares"), contributions ? largestShortfall(*contributions) : analysis::Ratio());
    setResidual(tr("gradient shares"), flow ? largestShortfall(flow->blocks) : analysis::Ratio());
}

void Trust::setResidual(const QString &of, const analysis::Ratio &residual)
{
    if (residual.isDefined)
        m_residuals[of] = std::isfinite(residual.value) ? residual.value : kNotFinite;
    else
        m_residuals.remove(of);
    emit changed();
}

void Trust::setBroken(const QString &of)
{
    setResidual(of, {kNotFinite, true});
}

std::optional<double> Trust::worstResidual() const
{
    if (m_residuals.isEmpty())
        return std::nullopt;
    return *std::ranges::max_element(m_residuals);
}

void Trust::runSelfTest()
{
    const auto done = [this](const Result<SelfTestResult> &answer) {
        if (!answer)
            return m_session.tell(answer.error());
        m_selfTest = *answer;
        emit changed();
        if (m_selfTest->wrong.isEmpty())
            emit m_session.noticed(tr("Self-test passed: forward %1, backward %2 (largest relative errors against the "
                                      "CPU reference)")
                                       .arg(m_selfTest->forward, 0, 'e', 1)
                                       .arg(m_selfTest->backward, 0, 'e', 1));
        else
            emit m_session.failed(tr("Self-test: %1 is wrong on this device").arg(m_selfTest->wrong));
    };
    m_session.ask(this, "selftest", testDevice, done);
}

void Trust::askFit()
{
    if (!m_session.traced() || m_session.scales().isChanged())
        return;
    m_session.ask(
        this, QStringLiteral("fit"),
        [](Subject &subject, const analysis::Job &job) { return analysis::fitOf(subject.run(), job.stop); },
        [this](Result<analysis::Fit> fit) {
            if (!fit)
                return m_session.tell(fit.error());
            m_fit = std::move(*fit);
            emit changed();
            askForBetter();
        });
}

/// Only where the preprocessing is a guess; a person's and a file's own words are not doubted by one picture.
void Trust::askForBetter()
{
    if (std::exchange(m_isBetterAsked, true) || !m_session.model()->preprocess.isAssumed)
        return;
    searchFit(this, {m_session.picture().image},
              [this](const Result<std::vector<study::FitCandidate>> &candidates) {
                  const study::FitCandidate *better = candidates ? study::betterThanCurrent(*candidates) : nullptr;
                  if (!better)
                      return;
                  m_better = QString::fromStdString(better->name);
                  emit changed();
                  emit m_session.noticed(
                      tr("The picture fits the training far better as '%1' than as assumed: see Find the "
                         "preprocessing")
                          .arg(m_better));
              },
              {});
}

void Trust::searchFit(QObject *asker, std::vector<QImage> pictures,
                      std::function<void(Result<std::vector<study::FitCandidate>>)> done,
                      std::function<void(int done, int total)> onProgress)
{
    m_session.worker().askAside(
        asker, kSearching,
        [pictures = std::move(pictures)](WorkerState &state, const analysis::Job &job) {
            return state.searchFit(pictures, job);
        },
        std::move(done), std::move(onProgress));
}

void Trust::cancelSearch()
{
    m_session.worker().cancel(kSearching);
}

} // namespace reslens::session
