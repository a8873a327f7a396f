// The live controls: skip and branch scales of every block, with undo and redo.
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

    /// One per block, all 1, and nothing to undo: a model was opened.
    void reset(int blockCount);
    /// One step to undo; further changes of the same block continue that step until one is final (the mouse is let go).
    void setBlock(int block, nn::BlockScale scale, bool isFinal = true);
    /// One step to undo, called `text`. Ignored where there are not as many as blocks.
    void setAll(const std::vector<nn::BlockScale> &scales, const QString &text);

    const std::vector<nn::BlockScale> &scales() const { return m_scales; }
    nn::BlockScale of(int block) const { return m_scales[std::size_t(block)]; }
    /// Some block's is not 1: the network is not as it was trained.
    bool isChanged() const;
    QUndoStack &undoStack() { return m_undo; }

signals:
    void changed();

private:
    friend class ScaleStep; // undoes and redoes
    void apply(const std::vector<nn::BlockScale> &scales);

    std::vector<nn::BlockScale> m_scales;
    QUndoStack m_undo;
    int m_dragged = -1; // the block whose step is still open
    int m_step = 0;     // every drag is one
};

} // namespace reslens::session
