// Whether the numbers on the screen can be trusted: how well exact decompositions add up for the current trace, and
// the result of the device's last self-test. The status strip shows it.
#pragma once

#include "analysis/fit.h"
#include "analysis/numbers.h"
#include "study/fit_search.h"

#include <QImage>
#include <QMap>
#include <QObject>
#include <QString>

#include <functional>
#include <optional>
#include <vector>

namespace reslens::session {

class Session;

/// The largest relative errors of the device against the CPU reference, on the current picture.
struct SelfTestResult {
    QString model;
    double forward = 0, backward = 0;
    QString forwardAt, backwardAt; // the tensors with these errors
    QString wrong;                 // the first wrong tensor and what made it; empty: none
};

class Trust : public QObject {
    Q_OBJECT

public:
    /// Limits of a completeness residual in fp32: docs/decompositions.md.
    static constexpr double kGood = 1e-4, kDoubtful = 1e-2;

    explicit Trust(Session &session);

    /// Records the completeness residual of `of`, such as "ledger". The next trace clears it.
    void setResidual(const QString &of, const analysis::Ratio &residual);
    /// Records that `of` has numbers that are not finite, and does not add up.
    void setBroken(const QString &of);
    /// The key is the decomposition.
    const QMap<QString, double> &residuals() const { return m_residuals; }
    std::optional<double> worstResidual() const;

    /// Compares every layer with the reference on the worker's thread, which takes long on a deep network.
    /// Session::failed() reports a wrong layer, noticed() a good result.
    void runSelfTest();
    const std::optional<SelfTestResult> &selfTest() const { return m_selfTest; }

    /// How well the current picture fits the training; empty before it is known, without batch norms, and while the
    /// live controls change the network.
    const std::optional<analysis::Fit> &fit() const { return m_fit; }
    /// The name of a preparation that fits far better than the assumed one; empty if none does or it is not known.
    const QString &betterPreparation() const { return m_better; }
    /// Ranks preparations and variants on `pictures` (upright RGB888), off the GUI thread.
    void searchFit(QObject *asker, std::vector<QImage> pictures,
                   std::function<void(Result<std::vector<study::FitCandidate>>)> done,
                   std::function<void(int done, int total)> onProgress);
    void cancelSearch();

signals:
    void changed();

private:
    void addShares();
    void askFit();
    void askForBetter();

    Session &m_session;
    QMap<QString, double> m_residuals;
    std::optional<SelfTestResult> m_selfTest; // the open model's
    std::optional<analysis::Fit> m_fit;
    QString m_better;
    bool m_isBetterAsked = false; // of the open model
};

} // namespace reslens::session
