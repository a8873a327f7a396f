// A sheet over the window with every shortcut. Any key or click closes it.
#pragma once

#include <QWidget>

#include <vector>

namespace reslens::widgets {

struct ShortcutGroup {
    struct Entry {
        QString keys, what;
    };
    QString title;
    std::vector<Entry> entries;
};

class ShortcutOverlay : public QWidget {
    Q_OBJECT

public:
    ShortcutOverlay(std::vector<ShortcutGroup> groups, QWidget *window);

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    std::vector<ShortcutGroup> m_groups;
};

} // namespace reslens::widgets
