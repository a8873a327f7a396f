// The live controls: the skip and branch scales of every block, with undo and redo.
#pragma once

#include "nn/executor.h"

#include <QObject>
#include <QUndoStack>

#include <vector>

namespace reslens::session {

class LiveScales : public QObject {
    Q_OBJECT

public:
    explicit LiveScales(QObject *parent = nullptr);

    /// Sets one scale of 1 per block and clears the undo history, for a new model.
    void reset(int blockCount);
    /// Sets one scale of 1 per block and keeps the history, when the same model opens with other blocks.
    void fit(int blockCount);
    /// Makes one step to undo. Later changes of the same block extend it until one is final (the mouse is released).
    void setBlock(int block, nn::BlockScale scale, bool isFinal = true);
    /// Makes one step to undo, named `text`. Ignored unless there is one scale per block.
    void setAll(const std::vector<nn::BlockScale> &scales, const QString &text);

    const std::vector<nn::BlockScale> &scales() const { return m_scales; }
    nn::BlockScale of(int block) const { return m_scales[std::size_t(block)]; }
    /// True if some scale is not 1: the network differs from the trained one.
    bool isChanged() const;
    QUndoStack &undoStack() { return m_undo; }

signals:
    void changed();

private:
    friend class ScaleStep; // undoes and redoes
    void apply(const std::vector<nn::BlockScale> &scales);
    void applyIfFits(const std::vector<nn::BlockScale> &scales);

    std::vector<nn::BlockScale> m_scales;
    QUndoStack m_undo;
    int m_dragged = -1; // block of the open step
    int m_step = 0;     // number of the drag
};

} // namespace reslens::session
