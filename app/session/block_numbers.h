// The numbers of every block for the ribbon and several views. They are asked for once per trace and kept here.
#pragma once

#include "analysis/gradient_flow.h"
#include "analysis/skip.h"

#include <QObject>

#include <memory>
#include <vector>

namespace reslens::session {

class Session;

class BlockNumbers : public QObject {
    Q_OBJECT

public:
    explicit BlockNumbers(Session &session);

    static inline const QString kContributionsTag = "contributions", kFlowTag = "flow"; // the tags of its questions

    using Contributions = std::vector<analysis::BlockContribution>;
    /// Null without a trace, and if they cannot be computed. The previous trace's stay until the next are known, so
    /// that live controls do not flicker; the flow of another objective does not stay.
    std::shared_ptr<const Contributions> contributions() const { return m_contributions; }
    std::shared_ptr<const analysis::GradientFlow> flow() const { return m_flow; }

signals:
    void contributionsChanged();
    void flowChanged();

private:
    void askContributions();
    void askFlow();
    template <typename T>
    void take(Result<T> answer, std::shared_ptr<const T> &known, void (BlockNumbers::*changed)());

    Session &m_session;
    std::shared_ptr<const Contributions> m_contributions;
    std::shared_ptr<const analysis::GradientFlow> m_flow;
};

} // namespace reslens::session
