// Whether what is on the screen can be trusted: how well exact decompositions add up for the current trace, and what
// the last self-test of the device found. The strip at the window's foot shows it.
#pragma once

#include "analysis/numbers.h"

#include <QMap>
#include <QObject>
#include <QString>

#include <optional>

namespace reslens::session {

class Session;

/// The largest relative errors of the device against the CPU reference, on the current picture.
struct SelfTestResult {
    QString model;
    double forward = 0, backward = 0;
    QString forwardAt, backwardAt; // the tensors with these errors
    QString wrong;                 // the first tensor that is wrong, and what makes it; empty: none is
};

class Trust : public QObject {
    Q_OBJECT

public:
    /// Limits of a completeness residual in fp32: docs/decompositions.md.
    static constexpr double kGood = 1e-4, kDoubtful = 1e-2;

    explicit Trust(Session &session);

    /// `of` ("ledger") adds up no better than `residual`. Void with the next trace.
    void setResidual(const QString &of, const analysis::Ratio &residual);
    /// It has numbers that are not finite, and does not add up to anything.
    void setBroken(const QString &of);
    /// By what they are of.
    const QMap<QString, double> &residuals() const { return m_residuals; }
    std::optional<double> worstResidual() const;

    /// On the worker's thread, layer by layer against the reference; a long question on a deep network. What is wrong
    /// is told by Session::failed(), a good result by noticed().
    void runSelfTest();
    const std::optional<SelfTestResult> &selfTest() const { return m_selfTest; }

signals:
    void changed();

private:
    void addShares();

    Session &m_session;
    QMap<QString, double> m_residuals;
    std::optional<SelfTestResult> m_selfTest; // of the open model
};

} // namespace reslens::session
