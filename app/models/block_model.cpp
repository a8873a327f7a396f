#include "models/block_model.h"

#include "models/block_text.h"

#include <QStringList>

#include <utility>

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

QString headOperations(const nn::Network &network)
{
    QStringList operations;
    for (int l = network.features; l < int(network.layers.size()); ++l)
        operations << QString::fromStdString(describe(network.layers[l].op));
    return operations.join(", ");
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
    const std::vector<Shape> shapes =
        layerShapes(network, {1, network.architecture.inputChannels, inputSide, inputSide});
    beginResetModel();
    m_contributions.clear();
    m_flow = {};
    m_scales.assign(network.blocks.size(), {});
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
                      headOperations(network)});
    endResetModel();
}

void BlockModel::setContributions(std::vector<analysis::BlockContribution> contributions)
{
    m_contributions = std::move(contributions);
    if (int(m_contributions.size()) != blockCount())
        m_contributions.clear();
    tellBlocks();
}

void BlockModel::setFlow(analysis::GradientFlow flow)
{
    m_flow = std::move(flow);
    if (int(m_flow.blocks.size()) != blockCount())
        m_flow = {};
    tellBlocks();
}

void BlockModel::setScales(std::vector<nn::BlockScale> scales)
{
    m_scales = std::move(scales);
    m_scales.resize(std::size_t(blockCount()));
    tellBlocks();
}

void BlockModel::clearNumbers()
{
    m_contributions.clear();
    m_flow = {};
    tellBlocks();
}

void BlockModel::tellBlocks()
{
    if (blockCount() > 0)
        emit dataChanged(index(rowOf(0)), index(rowOf(blockCount() - 1)));
}

study::BlockFacts BlockModel::numbers(int row) const
{
    const int block = blockOf(row);
    if (block < 0)
        return {};
    return {m_contributions.empty() ? nullptr : &m_contributions[block],
            m_flow.blocks.empty() ? nullptr : &m_flow.blocks[block], m_scales[block]};
}

std::vector<std::optional<double>> BlockModel::values(const study::Quantity &quantity) const
{
    std::vector<std::optional<double>> values(m_rows.size());
    if (!quantity.isNothing())
        for (int block = 0; block < blockCount(); ++block)
            values[rowOf(block)] = quantity.value(numbers(rowOf(block)));
    return values;
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
        return tooltipOf(row, numbers(index.row()));
    case Qt::AccessibleDescriptionRole:
        return spokenTextOf(row, numbers(index.row()));
    default:
        return {};
    }
}

} // namespace reslens::models
