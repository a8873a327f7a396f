// The panel of a model's settings: every change acts at once, can be undone, and is remembered by the file's content.
#include "app/window_bench.h"
#include "gui/application_look.h"
#include "gui/file_contents_dialog.h"
#include "gui/fit_dialog.h"
#include "gui/input_preview.h"
#include "gui/model_memory.h"
#include "gui/model_settings_panel.h"
#include "gui/preprocess_form.h"
#include "gui/status_strip.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTableWidget>

using namespace reslens;

namespace {

using Words = zoo::SettingWords;

zoo::ModelSettings settingsOf(const Words &words)
{
    return zoo::settingsFrom(words).value();
}

struct PanelBench {
    session::Session session{services()};
    gui::ModelSettingsPanel panel{session};
    QStringList problems;

    /// Opens "small" with what the settings say of its pictures and names; "broken" settings fail.
    static session::WorkerServices services()
    {
        session::WorkerServices services = test::WindowBench::services();
        services.openModel = [](const std::string &name,
                                const zoo::ModelSettings &settings) -> Result<std::shared_ptr<const nn::Model>> {
            auto model = std::make_shared<nn::Model>(*test::generatedModel(name, "resnet8"));
            model->networks = {"model", "model_ema"};
            model->chosenNetwork = settings.options.network == "model_ema" ? 1 : 0;
            model->hasClassNames = !settings.options.labels.empty();
            if (model->hasClassNames)
                model->labels = settings.options.labels;
            model->ownPreprocess = model->preprocess;
            model->ownPreprocess.isAssumed = true;
            model->preprocess = TRY(zoo::changed(model->ownPreprocess, settings.preprocess, "model settings"));
            if (settings.options.variant.pool == nn::StemPool::Max)
                return fail(ErrorKind::InvalidInput, "--variant", "pool=max: it was built without a pool");
            return std::shared_ptr<const nn::Model>(model);
        };
        services.devices = [] {
            return std::vector<session::DeviceChoice>{{"0", "A device", "the only one", true, true},
                                                      {"cpu", "CPU reference", "always there", true, false}};
        };
        return services;
    }

    PanelBench()
    {
        QObject::connect(&session, &session::Session::failed, &panel,
                         [this](const QString &text) { problems << text; });
        panel.resize(360, 900);
        panel.show();
        session.openModel("small");
        session.openImage(test::drawnPicture(3), "drawn");
        settle();
    }

    void settle()
    {
        [this] { QTRY_VERIFY(session.traced() && session.activity().isEmpty()); }();
    }

    template <typename Widget>
    Widget *named(const QString &accessibleName) const
    {
        for (Widget *widget : panel.findChildren<Widget *>())
            if (widget->accessibleName() == accessibleName)
                return widget;
        qFatal("there is no %s", qPrintable(accessibleName));
    }

    /// The control in the row with this label.
    template <typename Widget>
    Widget *labelled(const QString &text) const
    {
        for (const QLabel *label : panel.findChildren<QLabel *>())
            if (QString(label->text()).remove(u'&') == text)
                if (auto *widget = qobject_cast<Widget *>(label->buddy()))
                    return widget;
        qFatal("there is no %s", qPrintable(text));
    }

    void type(QLineEdit *edit, const QString &text) const
    {
        edit->setFocus();
        edit->selectAll();
        QTest::keyClicks(edit, text);
        QTest::keyClick(edit, Qt::Key_Return);
    }
};

} // namespace

class ModelSettingsPanelTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { gui::applyTheme(*qApp, gui::ThemeChoice::Dark, QApplication::palette()); }

    void a_change_acts_at_once_and_can_be_undone()
    {
        PanelBench bench;
        const std::vector<float> before = bench.session.traced()->forward.logits.values;
        bench.type(bench.labelled<QLineEdit>("Mean"), "0.1, 0.2, 0.3");
        QTRY_COMPARE(bench.session.settings(), settingsOf({{"mean", "0.1,0.2,0.3"}}));
        bench.settle();
        QVERIFY(bench.session.traced()->forward.logits.values != before);
        QCOMPARE(bench.session.model()->preprocess.source, std::string("model settings"));
        QUndoStack &steps = bench.session.scales().undoStack();
        QTRY_COMPARE(steps.count(), 1);
        steps.undo();
        QTRY_VERIFY(bench.session.settings().isEmpty());
        bench.settle();
        QCOMPARE(bench.session.traced()->forward.logits.values, before);
        QCOMPARE(bench.labelled<QLineEdit>("Mean")->text(), QString("0.485, 0.456, 0.406"));
        steps.redo();
        QTRY_COMPARE(bench.session.settings(), settingsOf({{"mean", "0.1,0.2,0.3"}}));
        QCOMPARE(bench.named<QLineEdit>("These settings as options of reslens-cli")->text(),
                 QString("--mean 0.1,0.2,0.3"));
    }

    void scales_and_selections_stay()
    {
        PanelBench bench;
        bench.session.selectPosition(1);
        bench.session.scales().setBlock(1, {0.5f, 1});
        bench.settle();
        bench.labelled<QComboBox>("Channels")->setCurrentIndex(1);
        QTRY_COMPARE(bench.session.settings(), settingsOf({{"order", "bgr"}}));
        bench.settle();
        QCOMPARE(bench.session.position(), 1);
        QCOMPARE(bench.session.scales().of(1), (nn::BlockScale{0.5f, 1}));
        QCOMPARE(bench.session.traced()->scales[1], (nn::BlockScale{0.5f, 1}));
    }

    void a_mean_of_0_to_255_offers_that_range()
    {
        PanelBench bench;
        bench.type(bench.labelled<QLineEdit>("Deviation"), "58, 57, 57");
        bench.type(bench.labelled<QLineEdit>("Mean"), "123.675, 116.28, 103.53");
        auto *form = bench.panel.findChild<gui::PreprocessForm *>();
        QVERIFY(!form->value());
        QVERIFY(!bench.session.settings().preprocess.mean);
        emit bench.panel.findChild<QLabel *>("problem")->linkActivated("range");
        QTRY_COMPARE(bench.session.settings(),
                     settingsOf({{"range", "255"}, {"mean", "123.675,116.28,103.53"}, {"std", "58,57,57"}}));
        QVERIFY(bench.problems.isEmpty());
    }

    void the_other_range_keeps_the_normalisation()
    {
        PanelBench bench;
        bench.labelled<QComboBox>("Pixels")->setCurrentIndex(1);
        QTRY_COMPARE(bench.session.model()->preprocess.range, 255);
        QVERIFY(std::abs(bench.session.model()->preprocess.mean[0] - 0.485f * 255) < 1e-3f);
    }

    void typed_names_are_taken_when_there_is_one_for_each_class()
    {
        PanelBench bench;
        auto *names = bench.named<QPlainTextEdit>("Names of the classes, one a line");
        QVERIFY(names->toPlainText().isEmpty());
        names->setPlainText("cat\ndog");
        QTest::qWait(400);
        QVERIFY(bench.session.settings().isEmpty());
        const std::size_t classes = bench.session.model()->labels.size();
        QStringList lines;
        for (std::size_t i = 0; i < classes; ++i)
            lines << QString("animal %1").arg(i);
        const int target = bench.session.targetClass();
        names->setPlainText(lines.join('\n'));
        QTRY_COMPARE(bench.session.model()->labels.back(), lines.last().toStdString());
        bench.settle();
        QCOMPARE(bench.session.targetClass(), target);
        QVERIFY(QString::fromStdString(bench.session.predictions()[0].label).startsWith("animal"));
    }

    void another_network_of_the_file_is_chosen()
    {
        PanelBench bench;
        auto *weights = bench.labelled<QComboBox>("Weights");
        QCOMPARE(weights->count(), 2);
        weights->setCurrentIndex(1);
        QTRY_COMPARE(bench.session.settings().options.network, std::string("model_ema"));
        QCOMPARE(weights->currentIndex(), 1);
    }

    void what_the_network_refuses_leaves_everything_as_it_was()
    {
        PanelBench bench;
        auto *pool = bench.labelled<QComboBox>("Stem's pool");
        pool->setCurrentIndex(pool->findData("max"));
        QTRY_COMPARE(bench.problems, QStringList{"--variant: pool=max: it was built without a pool"});
        QVERIFY(bench.session.settings().isEmpty());
        QCOMPARE(pool->currentIndex(), 0);
        QCOMPARE(bench.session.scales().undoStack().count(), 0);
    }

    void the_preview_shows_what_the_network_sees()
    {
        PanelBench bench;
        const auto *preview = bench.panel.findChild<gui::InputPreview *>();
        QTRY_VERIFY(preview->words().startsWith("32 × 32, channels RGB"));
        bench.labelled<QComboBox>("Channels")->setCurrentIndex(1);
        QTRY_VERIFY(preview->words().startsWith("32 × 32, channels BGR"));
    }

    void devices_are_listed_and_measured()
    {
        PanelBench bench;
        auto *device = bench.named<QComboBox>("Device");
        QTRY_COMPARE(device->count(), 3);
        bench.session.devices().measure();
        QTRY_COMPARE(bench.session.devices().times().size(), 2);
        QVERIFY(device->itemText(1).contains("times as fast as the CPU reference"));
        bench.session.chooseDevice("cpu");
        QTRY_COMPARE(bench.session.deviceId(), QString("cpu"));
        bench.settle();
    }

    void a_preparation_is_taken_from_the_ranked_ones()
    {
        PanelBench bench;
        QTRY_VERIFY(bench.session.trust().fit());
        auto *dialog = new gui::FitDialog(bench.session, &bench.panel);
        dialog->show();
        const QTableWidget &table = dialog->table();
        QTRY_COMPARE(table.rowCount(), 6); // the present one is one of the six normalisations
        QCOMPARE(table.rowCount(), int(zoo::normalisations().size()));
        test::saveScreenshot(*dialog, "fit-dialog");
        int row = 0;
        while (table.item(row, 0)->text() != "-1 to 1")
            ++row;
        const_cast<QTableWidget &>(table).selectRow(row);
        for (QPushButton *button : dialog->findChildren<QPushButton *>())
            if (button->text() == "&Take the selected one")
                button->click();
        QTRY_COMPARE(bench.session.settings(), settingsOf({{"mean", "0.5"}, {"std", "0.5"}}));
    }

    void the_contents_of_the_file_are_shown()
    {
        test::WindowBench bench;
        gui::FileContentsDialog nothing(bench.session, nullptr);
        nothing.setAttribute(Qt::WA_DeleteOnClose, false);
        QCOMPARE(nothing.text(), QString("No model is open."));
        const QString file = RESLENS_SOURCE_DIR "/tests/weights/data/averaged.pth";
        bench.session.openModel(file);
        QTRY_VERIFY(bench.session.model());
        gui::FileContentsDialog dialog(bench.session, nullptr);
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        QTRY_VERIFY2(dialog.text().contains("'model': resnet-basic-1.1.1-w2"), qPrintable(dialog.text()));
        dialog.show();
        test::saveScreenshot(dialog, "file-contents");
        QVERIFY(dialog.text().contains("'model_ema.module': resnet-basic"));
    }

    void settings_are_remembered_by_the_files_content()
    {
        QTemporaryDir folder;
        const auto write = [&](const QString &name, const QByteArray &bytes) {
            QFile file(folder.filePath(name));
            if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
                qFatal("cannot write");
            return file.fileName().toStdString();
        };
        const std::string first = write("a.pth", "weights 1"), copy = write("b.pth", "weights 1"),
                          other = write("c.pth", "weights 2");
        zoo::ModelSettings settings = settingsOf({{"variant", "pool=none"}, {"mean", "0.5"}});
        settings.options.labels = {"cat", "dog, or \"hound\""};
        const QString file = folder.filePath("settings.ini");
        gui::ModelMemory(file).remember(first, settings);
        gui::ModelMemory memory(file);
        QCOMPARE(memory.recall(copy), settings);
        QVERIFY(memory.recall(other).isEmpty());
        QVERIFY(memory.recall(folder.filePath("none.pth").toStdString()).isEmpty());
        memory.remember("resnet20-cifar10", settings);
        QCOMPARE(memory.recall("resnet20-cifar10"), settings);
        memory.remember(copy, {});
        QVERIFY(memory.recall(first).isEmpty());
    }

    void the_strips_words_open_the_panel()
    {
        test::WindowBench bench;
        bench.show();
        bench.session.openModel("small");
        QTRY_VERIFY(bench.session.model());
        auto *panel = bench.window.findChild<gui::ModelSettingsPanel *>();
        QVERIFY(!panel->isVisible());
        emit bench.window.findChild<gui::StatusStrip *>()->settingsRequested();
        QVERIFY(panel->isVisible());
        QTRY_VERIFY(panel->isAncestorOf(QApplication::focusWidget()));
        QTest::keyClick(&bench.window, Qt::Key_Comma, Qt::ControlModifier);
        QTRY_VERIFY(!panel->isVisible());
        QTest::keyClick(&bench.window, Qt::Key_Comma, Qt::ControlModifier);
        QTRY_VERIFY(panel->isVisible());
        bench.session.openImage(test::drawnPicture(3), "drawn");
        QTRY_VERIFY(bench.session.traced() && bench.session.activity().isEmpty());
        QTRY_VERIFY(panel->findChild<gui::InputPreview *>()->words().startsWith("32 × 32"));
        bench.screenshot("model_settings");
    }
};

QTEST_MAIN(ModelSettingsPanelTest)
#include "model_settings_panel_test.moc"
