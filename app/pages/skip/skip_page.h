// Shows what came over the skip and what the branch added, over the depth and within the selected block.
#pragma once

#include "pages/page.h"
#include "pages/skip/quantity_sets.h"

#include "analysis/groups.h"

#include <QComboBox>
#include <QLabel>
#include <QToolButton>

namespace reslens::widgets {
class DepthChart;
}

namespace reslens::pages {

class BlockPanel;

class SkipPage : public Page {
    Q_OBJECT

public:
    SkipPage(const PageContext &context, QWidget *parent);
    static PageEntry entry();

    QString exportName() const override;
    std::vector<models::Table> tables() const override;
    std::vector<NamedTensor> tensors() const override;

protected:
    void refresh() override;
    void changeEvent(QEvent *event) override;

private:
    QWidget *makeChartPart(QWidget *parent);
    void connectSession();
    void forgetUnseen();
    void showDepth();
    void showBlock();
    void askResponses();
    void askMaps();
    void askGroups();
    const analysis::BlockContribution *blockShown() const;

    const std::vector<QuantitySet> m_sets = quantitySets();
    DepthFacts m_facts;
    std::shared_ptr<const analysis::BlockMaps> m_maps;
    std::shared_ptr<const analysis::GroupContributions> m_groups;
    int m_block = -1;

    QComboBox *m_choice = nullptr;
    QToolButton *m_logarithmic = nullptr;
    widgets::DepthChart *m_chart = nullptr;
    QLabel *m_meaning = nullptr;
    QLabel *m_equation = nullptr;
    BlockPanel *m_panel = nullptr;
};

} // namespace reslens::pages
