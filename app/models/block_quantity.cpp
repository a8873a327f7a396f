#include "models/block_quantity.h"

#include <QCoreApplication>

#include <algorithm>

namespace reslens::models {

namespace {

QString translated(const std::string &text)
{
    return QCoreApplication::translate("BlockQuantity", text.c_str());
}

std::vector<study::Quantity> withNone()
{
    std::vector<study::Quantity> all{{"none", "no colour"}};
    std::ranges::copy(study::quantities(), std::back_inserter(all));
    return all;
}

} // namespace

const std::vector<study::Quantity> &blockQuantities()
{
    static const std::vector<study::Quantity> all = withNone();
    return all;
}

const study::Quantity &blockQuantity(const QString &id)
{
    const study::Quantity *named = study::quantityNamed(id.toStdString());
    return named ? *std::ranges::find(blockQuantities(), named->id, &study::Quantity::id) : blockQuantities().front();
}

QString nameOf(const study::Quantity &quantity)
{
    return translated(quantity.name);
}

QString formulaOf(const study::Quantity &quantity)
{
    return translated(quantity.formula);
}

QString shortNameOf(const study::Quantity &quantity)
{
    return translated(study::shortNameOf(quantity));
}

Table blockTable(const QString &name, const std::vector<study::BlockFacts> &blocks,
                 const std::vector<study::Needs> &needs)
{
    std::vector<const study::Quantity *> columns;
    for (const study::Needs need : needs)
        std::ranges::copy(study::quantitiesOf(need), std::back_inserter(columns));
    Table table{name, {"block"}, {}};
    for (const study::Quantity *quantity : columns)
        table.columns << models::shortNameOf(*quantity);
    table.columns << "complaint";
    for (const study::BlockFacts &block : blocks) {
        QVariantList row{QString::fromStdString(block.forward ? block.forward->name : block.gradient->name)};
        for (const study::Quantity *quantity : columns)
            row << cellOf(quantity->value(block));
        row << QString::fromStdString(block.forward ? block.forward->complaint : block.gradient->complaint);
        table.rows.push_back(std::move(row));
    }
    return table;
}

} // namespace reslens::models
