// The controls of the selected block: their signals, their contents, and that they fit.
#include "app/ribbon_bench.h"

#include <QDoubleSpinBox>
#include <QLabel>
#include <QSignalSpy>
#include <QSlider>
#include <QToolButton>

using namespace reslens;
using namespace reslens::test;
using namespace reslens::widgets;

namespace {

struct ControlsBench : RibbonBench {
    QSignalSpy sent;
    QSlider *alpha, *beta;
    QDoubleSpinBox *alphaNumber, *betaNumber;

    explicit ControlsBench(const char *architecture = "resnet20")
        : RibbonBench(architecture), sent(controls, &RibbonControls::scaleChanged)
    {
        alpha = controls->findChildren<QSlider *>()[0], beta = controls->findChildren<QSlider *>()[1];
        alphaNumber = controls->findChildren<QDoubleSpinBox *>()[0];
        betaNumber = controls->findChildren<QDoubleSpinBox *>()[1];
    }

    QToolButton *button(const QString &text) const
    {
        for (auto *button : controls->findChildren<QToolButton *>())
            if (button->text() == text)
                return button;
        qFatal("no button %s", qPrintable(text));
    }
    nn::BlockScale scale() const { return sent.last().at(1).value<nn::BlockScale>(); }
    bool isFinal() const { return sent.last().at(2).toBool(); }
    QString words() const { return controls->findChild<QLabel *>()->text(); }
};

} // namespace

class RibbonControlsTest : public QObject {
    Q_OBJECT

private slots:
    void init() { applyTheme(lightTheme()); }

    void a_toggle_cuts_and_restores();
    void dragging_sends_as_it_goes_and_once_finally();
    void keys_on_a_slider_are_final();
    void a_typed_number_is_sent_when_entered();
    void showing_scales_sends_nothing();
    void scaling_one_way_leaves_the_other_as_it_is();
    void scales_that_arrive_do_not_pull_the_slider_out_of_the_hand();
    void reset_restores_the_block_and_reset_all_asks_for_all();
    void what_cannot_be_scaled_says_why();
    void they_wrap_instead_of_being_clipped();
};

void RibbonControlsTest::a_toggle_cuts_and_restores()
{
    ControlsBench bench;
    bench.ribbon->setCurrentRow(3);
    QTest::mouseClick(bench.button("Skip α"), Qt::LeftButton);
    QCOMPARE(bench.sent.size(), 1);
    QCOMPARE(bench.sent.last().at(0).toInt(), 2);
    QCOMPARE(bench.scale(), (nn::BlockScale{0, 1}));
    QVERIFY(bench.isFinal());
    QTest::mouseClick(bench.button("Branch β"), Qt::LeftButton);
    QCOMPARE(bench.scale(), (nn::BlockScale{0, 0}));
    QTest::mouseClick(bench.button("Skip α"), Qt::LeftButton);
    QCOMPARE(bench.scale(), (nn::BlockScale{1, 0}));
}

void RibbonControlsTest::dragging_sends_as_it_goes_and_once_finally()
{
    ControlsBench bench;
    const QPoint middle = bench.beta->rect().center(); // 1 of 0 ... 2
    QTest::mousePress(bench.beta, Qt::LeftButton, {}, middle);
    bench.sent.clear();
    QTest::mouseMove(bench.beta, middle + QPoint(30, 0));
    QVERIFY(!bench.sent.isEmpty());
    QVERIFY(!bench.isFinal());
    QVERIFY(bench.scale().beta > 1.05f);
    QTest::mouseRelease(bench.beta, Qt::LeftButton, {}, middle + QPoint(30, 0));
    QVERIFY(bench.isFinal());
    QCOMPARE(bench.scale().beta, float(bench.betaNumber->value()));
}

void RibbonControlsTest::keys_on_a_slider_are_final()
{
    ControlsBench bench;
    bench.alpha->setFocus();
    QTest::keyClick(bench.alpha, Qt::Key_Left);
    QCOMPARE(bench.scale(), (nn::BlockScale{0.95f, 1}));
    QVERIFY(bench.isFinal());
    QTest::keyClick(bench.alpha, Qt::Key_Home);
    QCOMPARE(bench.scale().alpha, 0.0f);
    QVERIFY(!bench.button("Skip α")->isChecked());
}

void RibbonControlsTest::a_typed_number_is_sent_when_entered()
{
    ControlsBench bench;
    bench.betaNumber->setFocus();
    bench.betaNumber->selectAll();
    QTest::keyClicks(bench.betaNumber, QLocale().toString(1.25));
    QVERIFY(bench.sent.isEmpty());
    QTest::keyClick(bench.betaNumber, Qt::Key_Return);
    QCOMPARE(bench.sent.size(), 1);
    QCOMPARE(bench.scale(), (nn::BlockScale{1, 1.25f}));
}

void RibbonControlsTest::showing_scales_sends_nothing()
{
    ControlsBench bench;
    bench.ribbon->setCurrentRow(3);
    bench.setScale(2, {0.5f, 0});
    QCOMPARE(bench.alphaNumber->value(), 0.5);
    QCOMPARE(bench.alpha->value(), 50);
    QVERIFY(!bench.button("Branch β")->isChecked());
    bench.ribbon->setCurrentRow(4);
    QCOMPARE(bench.alphaNumber->value(), 1.0);
    QVERIFY(bench.sent.isEmpty());
}

void RibbonControlsTest::scaling_one_way_leaves_the_other_as_it_is()
{
    ControlsBench bench;
    bench.ribbon->setCurrentRow(3);
    bench.setScale(2, {-2, 1}); // from a scenario, beyond the slider's end
    QCOMPARE(bench.alphaNumber->value(), -2.0);
    bench.beta->setFocus();
    QTest::keyClick(bench.beta, Qt::Key_Left);
    QCOMPARE(bench.scale(), (nn::BlockScale{-2, 0.95f}));
    bench.setScale(2, {0.125f, 1}); // shown with two decimals
    QTest::keyClick(bench.beta, Qt::Key_Left);
    QCOMPARE(bench.scale(), (nn::BlockScale{0.125f, 0.95f}));
}

void RibbonControlsTest::scales_that_arrive_do_not_pull_the_slider_out_of_the_hand()
{
    ControlsBench bench;
    bench.ribbon->setCurrentRow(3);
    const QPoint middle = bench.beta->rect().center();
    QTest::mousePress(bench.beta, Qt::LeftButton, {}, middle);
    QTest::mouseMove(bench.beta, middle + QPoint(30, 0));
    const int held = bench.beta->value();
    bench.setScale(2, {1, 0.25f}); // an answer to an older request
    QCOMPARE(bench.beta->value(), held);
    QTest::mouseRelease(bench.beta, Qt::LeftButton, {}, middle + QPoint(30, 0));
    bench.setScale(2, {1, 0.25f});
    QCOMPARE(bench.betaNumber->value(), 0.25);
}

void RibbonControlsTest::reset_restores_the_block_and_reset_all_asks_for_all()
{
    ControlsBench bench;
    QSignalSpy all(bench.controls, &RibbonControls::resetAllRequested);
    bench.ribbon->setCurrentRow(3);
    QVERIFY(!bench.button("Reset block")->isEnabled() && !bench.button("Reset all")->isEnabled());
    bench.setScale(2, {0.5f, 0});
    QTest::mouseClick(bench.button("Reset block"), Qt::LeftButton);
    QCOMPARE(bench.scale(), nn::BlockScale{});
    QVERIFY(bench.isFinal());
    bench.ribbon->setCurrentRow(5); // this block is unchanged
    QVERIFY(!bench.button("Reset block")->isEnabled());
    QTest::mouseClick(bench.button("Reset all"), Qt::LeftButton);
    QCOMPARE(all.size(), 1);
}

void RibbonControlsTest::what_cannot_be_scaled_says_why()
{
    ControlsBench bench;
    bench.ribbon->setCurrentRow(0);
    QVERIFY(!bench.alpha->isEnabled() && !bench.beta->isEnabled());
    QCOMPARE(bench.words(), QString("The stem has no skip and no branch"));
    bench.ribbon->setCurrentRow(1);
    QVERIFY(bench.alpha->isEnabled());
    QVERIFY(bench.words().isEmpty());
    ControlsBench plain("plain20");
    QVERIFY(!plain.alpha->isEnabled());
    QCOMPARE(plain.words(), QString("A plain block has no skip"));
}

void RibbonControlsTest::they_wrap_instead_of_being_clipped()
{
    ControlsBench bench;
    const int oneRow = bench.controls->height();
    for (const int width : {700, 480, 300}) {
        bench.window.setMinimumWidth(0);
        bench.window.resize(width, bench.window.height());
        bench.settle();
        for (const QWidget *part : bench.controls->findChildren<QWidget *>())
            if (part->isVisible())
                QVERIFY2(part->parentWidget()->rect().contains(part->geometry()), part->metaObject()->className());
    }
    QVERIFY(bench.controls->height() > 2 * oneRow);
}

QTEST_MAIN(RibbonControlsTest)
#include "ribbon_controls_test.moc"
