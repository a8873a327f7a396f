#include "session/live_scales.h"

#include <QUndoCommand>

#include <algorithm>

namespace reslens::session {

class ScaleStep : public QUndoCommand {
public:
    ScaleStep(LiveScales &controls, std::vector<nn::BlockScale> after, const QString &text, int step)
        : QUndoCommand(text), m_controls(controls), m_before(controls.scales()), m_after(std::move(after)), m_step(step)
    {
    }

    void undo() override { m_controls.applyIfFits(m_before); }
    void redo() override { m_controls.applyIfFits(m_after); }
    int id() const override { return m_step; } // Qt merges two commands with the same id; -1: never

    bool mergeWith(const QUndoCommand *other) override
    {
        m_after = static_cast<const ScaleStep *>(other)->m_after;
        return true;
    }

private:
    LiveScales &m_controls;
    const std::vector<nn::BlockScale> m_before;
    std::vector<nn::BlockScale> m_after;
    const int m_step;
};

LiveScales::LiveScales(QObject *parent) : QObject(parent) {}

void LiveScales::reset(int blockCount)
{
    m_undo.clear();
    m_dragged = -1;
    apply(std::vector<nn::BlockScale>(std::size_t(blockCount)));
}

void LiveScales::fit(int blockCount)
{
    m_dragged = -1;
    apply(std::vector<nn::BlockScale>(std::size_t(blockCount)));
}

/// A step of the history may be about a network with other blocks.
void LiveScales::applyIfFits(const std::vector<nn::BlockScale> &scales)
{
    if (scales.size() == m_scales.size())
        apply(scales);
}

void LiveScales::setBlock(int block, nn::BlockScale scale, bool isFinal)
{
    if (block < 0 || block >= int(m_scales.size()))
        return;
    if (m_dragged != block)
        ++m_step;
    m_dragged = isFinal ? -1 : block;
    std::vector<nn::BlockScale> after = m_scales;
    after[std::size_t(block)] = scale;
    if (after != m_scales)
        m_undo.push(new ScaleStep(*this, std::move(after), tr("scaling of block %1").arg(block), m_step));
}

void LiveScales::setAll(const std::vector<nn::BlockScale> &scales, const QString &text)
{
    m_dragged = -1;
    if (scales.size() == m_scales.size() && scales != m_scales)
        m_undo.push(new ScaleStep(*this, scales, text, -1));
}

bool LiveScales::isChanged() const
{
    return std::ranges::any_of(m_scales, [](const nn::BlockScale &scale) { return scale != nn::BlockScale{}; });
}

void LiveScales::apply(const std::vector<nn::BlockScale> &scales)
{
    m_scales = scales;
    emit changed();
}

} // namespace reslens::session
