// Shows every tensor of the checkpoint with its statistics, and one of them enlarged.
#pragma once

#include "pages/page.h"
#include "pages/parameters/parameter_entries.h"
#include "session/background.h"

#include <QLabel>
#include <QLineEdit>
#include <QTimer>
#include <QToolButton>

class QStackedWidget;

namespace reslens::widgets {
class TableView;
}

namespace reslens::pages {

class ParameterPanel;

class ParametersPage : public Page {
    Q_OBJECT

public:
    ParametersPage(const PageContext &context, QWidget *parent);
    static PageEntry entry();
    ~ParametersPage() override;

    QString exportName() const override { return "parameters"; }
    std::vector<models::Table> tables() const override;
    bool isOfScaledNetwork() const override { return false; }
    std::vector<NamedTensor> tensors() const override;

protected:
    void refresh() override;
    bool isBusy() const override { return m_isCounting || m_isReading; }
    void hideEvent(QHideEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    QWidget *makeToolRow();
    QWidget *makeViews();
    void load();
    void count();
    void stopCounting();
    void take(StatisticsList statistics);
    void fillTable();
    void fitColumns();
    void followPosition();
    void select(int entry);
    void askDetail();
    void showProgress();
    int rowOf(int entry) const; // row in the table; -1: filtered out

    std::vector<ParameterEntry> m_entries;
    StatisticsList m_statistics; // empty while unknown
    std::vector<int> m_shown;    // the entry of each row
    int m_current = -1;          // an entry
    bool m_isOtherModel = true, m_isCounting = false, m_isStopped = false, m_isReading = false;
    std::stop_source m_stop;
    std::shared_ptr<std::atomic<int>> m_done;

    QStackedWidget *m_stack = nullptr;
    QLabel *m_placeholder = nullptr, *m_progress = nullptr;
    QLineEdit *m_filter = nullptr;
    QToolButton *m_onlyBlock = nullptr, *m_stopButton = nullptr;
    widgets::TableView *m_table = nullptr;
    ParameterPanel *m_panel = nullptr;
    QTimer m_ticks;
    session::Background m_background; // last: its jobs end first
};

} // namespace reslens::pages
