#include "models/block_model.h"

#include <QStringList>

namespace reslens::models {

namespace {

QString operationsIn(const nn::Network &network, int firstLayer, int lastLayer)
{
    QStringList names;
    for (int l = firstLayer; l <= lastLayer; ++l) {
        const nn::Layer &layer = network.layers[l];
        const bool isInBranch = layer.name.find("downsample") == std::string::npos;
        const bool isWeighty =
            std::holds_alternative<nn::Conv2d>(layer.op) || std::holds_alternative<nn::MaxPool>(layer.op);
        if (isInBranch && isWeighty)
            names << QString::fromStdString(describe(layer.op));
    }
    return names.join(", ");
}

SkipKind skipOf(const nn::Network &network, const nn::Block &block)
{
    if (!block.hasShortcut())
        return SkipKind::None;
    if (block.identity)
        return SkipKind::Identity;
    const bool isZeroPad = std::holds_alternative<nn::ZeroPadShortcut>(network.layers[block.s].op);
    return isZeroPad ? SkipKind::ZeroPad : SkipKind::Projection;
}

} // namespace

QString planeText(const Shape &shape)
{
    return QStringLiteral("%1 × %2 × %3").arg(shape.c).arg(shape.h).arg(shape.w);
}

QString skipText(SkipKind kind)
{
    switch (kind) {
    case SkipKind::Identity:
        return BlockModel::tr("identity skip");
    case SkipKind::Projection:
        return BlockModel::tr("projection skip (1×1 convolution)");
    case SkipKind::ZeroPad:
        return BlockModel::tr("zero-padded skip (option A)");
    case SkipKind::None:
        break;
    }
    return BlockModel::tr("no skip");
}

void BlockModel::setNetwork(const nn::Network &network, int inputSide)
{
    const std::vector<Shape> shapes = layerShapes(network, {1, 3, inputSide, inputSide});
    beginResetModel();
    m_rows.clear();
    m_rows.push_back({BlockRow::Kind::Stem, tr("stem"), tr("stem"), 0, shapes[network.stem], SkipKind::None,
                      operationsIn(network, 1, network.stem)});
    for (const nn::Block &block : network.blocks) {
        const QString name = QString::fromStdString(block.name);
        m_rows.push_back({BlockRow::Kind::Block, name, name.mid(int(QStringLiteral("layer").size())), block.stage,
                          shapes[block.y], skipOf(network, block),
                          operationsIn(network, block.firstLayer, block.lastLayer)});
    }
    m_rows.push_back({BlockRow::Kind::Head, tr("head"), tr("head"), 0, shapes[network.logits], SkipKind::None,
                      tr("global average pool, linear, softmax")});
    endResetModel();
}

int BlockModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

QVariant BlockModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const BlockRow &row = m_rows[index.row()];
    const bool isBlock = row.kind == BlockRow::Kind::Block;
    switch (role) {
    case Qt::DisplayRole:
        return row.name;
    case KindRole:
        return int(row.kind);
    case ShortNameRole:
        return row.shortName;
    case StageRole:
        return row.stage;
    case ShapeRole:
        return planeText(row.shape);
    case SkipRole:
        return int(row.skip);
    case Qt::ToolTipRole:
    case Qt::AccessibleDescriptionRole:
        return row.name + "\n" + planeText(row.shape) + "\n" + row.operations +
               (isBlock ? "\n" + skipText(row.skip) : QString());
    default:
        return {};
    }
}

} // namespace reslens::models
