// Every control of every view is accessible without sight and without a mouse.
#include "app/page_bench.h"

#include "pages/page_frame.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSlider>
#include <QAbstractSpinBox>
#include <QAccessible>
#include <QButtonGroup>
#include <QComboBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QPointer>
#include <QScrollBar>
#include <QSet>
#include <QTabBar>

#include <algorithm>

using namespace reslens;
using namespace reslens::test;

namespace {

constexpr int kMostSteps = 200; // limit of Tab presses around the window

bool isPartOfAnother(const QWidget &widget)
{
    return widget.focusProxy() || widget.objectName().startsWith("qt_") ||
           qobject_cast<QAbstractSpinBox *>(widget.parentWidget()) ||
           qobject_cast<QComboBox *>(widget.parentWidget()) || qobject_cast<QLineEdit *>(widget.parentWidget()) ||
           widget.parentWidget()->inherits("QComboBoxPrivateContainer") || widget.inherits("QTableCornerButton") ||
           qobject_cast<const QHeaderView *>(&widget) || qobject_cast<const QScrollBar *>(&widget);
}

bool isControl(const QWidget &widget)
{
    const bool isKind = qobject_cast<const QAbstractButton *>(&widget) || qobject_cast<const QComboBox *>(&widget) ||
                        qobject_cast<const QAbstractSlider *>(&widget) ||
                        qobject_cast<const QAbstractSpinBox *>(&widget) || qobject_cast<const QLineEdit *>(&widget) ||
                        qobject_cast<const QAbstractItemView *>(&widget);
    return (isKind || widget.focusPolicy() & Qt::TabFocus) && !isPartOfAnother(widget);
}

/// Returns the words of a screen reader.
QString spokenName(QWidget &widget)
{
    QAccessibleInterface *spoken = QAccessible::queryAccessibleInterface(&widget);
    return spoken ? spoken->text(QAccessible::Name) : QString();
}

QString described(QWidget &widget)
{
    return QString("%1 “%2” in %3")
        .arg(widget.metaObject()->className(), spokenName(widget), widget.parentWidget()->metaObject()->className());
}

/// True if Tab reaches the control, or one of its exclusive group, from which the arrow keys lead to it.
bool isReached(const QWidget &control, const QSet<const QWidget *> &reached)
{
    const auto *button = qobject_cast<const QAbstractButton *>(&control);
    if (!button || !button->group() || !button->group()->exclusive())
        return reached.contains(&control);
    return std::ranges::any_of(button->group()->buttons(), [&](const QWidget *one) { return reached.contains(one); });
}

QList<QWidget *> controlsOf(const QWidget &frame)
{
    QList<QWidget *> controls;
    for (QWidget *widget : frame.findChildren<QWidget *>())
        if (isControl(*widget))
            controls << widget;
    return controls;
}

/// Presses Tab from the tabs until it is back there. Ends early if it does not come back.
QSet<const QWidget *> tabWalk(WindowBench &bench, QWidget &start)
{
    QSet<const QWidget *> reached;
    start.setFocus();
    for (int step = 0; step < kMostSteps; ++step) {
        QTest::keyClick(bench.window.windowHandle(), Qt::Key_Tab);
        if (QApplication::focusWidget() == &start)
            return reached << &start;
        reached << QApplication::focusWidget();
    }
    return reached;
}

} // namespace

class ControlsTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { gui::applyTheme(*qApp, gui::ThemeChoice::Light, QApplication::palette()); }
    void every_control_has_a_name();
    void the_tab_key_reaches_every_control_and_always_comes_back();

private:
    static void openPicture(PageBench &bench)
    {
        bench.show();
        bench.session.openModel("grouped");
        bench.dropFiles({bench.savedPicture("a.png", 2)});
        QTRY_VERIFY(bench.session.traced() && bench.session.activity().isEmpty());
    }

    /// Calls `look` with each view in front.
    template <typename Look>
    static void forEveryView(WindowBench &bench, Look look)
    {
        auto *tabs = bench.window.findChild<QTabWidget *>();
        for (int i = 0; i < tabs->count(); ++i) {
            tabs->setCurrentIndex(i);
            auto *frame = static_cast<pages::PageFrame *>(tabs->currentWidget());
            QTRY_VERIFY2_WITH_TIMEOUT(frame->page()->isSettled(), qPrintable(frame->id()), kPatienceMs);
            QCoreApplication::processEvents();
            look(*frame);
        }
    }

    /// Calls `look` with each part of the view in front, and at last restores the first choice.
    template <typename Look>
    static void forEveryPart(pages::PageFrame &frame, Look look)
    {
        look();
        QList<QPointer<QAbstractButton>> parts; // some rows are rebuilt when a button is pressed
        for (QWidget *control : controlsOf(frame))
            if (auto *button = qobject_cast<QAbstractButton *>(control);
                button && button->isVisible() && button->group() && !button->isChecked())
                parts << button;
        for (const QPointer<QAbstractButton> &part : parts) {
            if (!part || !part->isVisible())
                continue;
            const QPointer<QAbstractButton> before = part->group()->checkedButton();
            part->click();
            QTRY_VERIFY_WITH_TIMEOUT(frame.page()->isSettled(), kPatienceMs);
            QCoreApplication::processEvents();
            look();
            if (before)
                before->click();
        }
    }
};

void ControlsTest::every_control_has_a_name()
{
    PageBench bench;
    openPicture(bench);
    QStringList nameless;
    forEveryView(bench, [&](pages::PageFrame &frame) {
        forEveryPart(frame, [&] {
            for (QWidget *control : controlsOf(frame))
                if (spokenName(*control).isEmpty())
                    nameless << frame.id() + ": " + described(*control);
        });
    });
    for (QWidget *control : controlsOf(bench.window))
        if (spokenName(*control).isEmpty())
            nameless << "window: " + described(*control);
    nameless.removeDuplicates();
    QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join('\n')));
}

void ControlsTest::the_tab_key_reaches_every_control_and_always_comes_back()
{
    PageBench bench;
    openPicture(bench);
    auto *bar = bench.window.findChild<QTabWidget *>()->tabBar();
    QStringList missed;
    forEveryView(bench, [&](pages::PageFrame &frame) {
        forEveryPart(frame, [&] {
            const QSet<const QWidget *> reached = tabWalk(bench, *bar);
            if (!reached.contains(bar))
                missed << frame.id() + ": the Tab key is trapped in " + described(*QApplication::focusWidget());
            for (QWidget *control : controlsOf(frame))
                if (control->isVisible() && control->isEnabled() && !isReached(*control, reached))
                    missed << frame.id() + ": " + described(*control);
        });
    });
    missed.removeDuplicates();
    QVERIFY2(missed.isEmpty(), qPrintable(missed.join('\n')));
}

QTEST_MAIN(ControlsTest)
#include "controls_test.moc"
