// The real window under an X server: a person's actions and their visible effects.
#include "app/reference_run.h"
#include "app/window_bench.h"

#include "models/statistics.h"
#include "support/compare.h"
#include "widgets/feature_grid.h"
#include "widgets/image_view.h"
#include "widgets/labels.h"
#include "widgets/prediction_view.h"
#include "widgets/ribbon.h"
#include "widgets/shortcut_overlay.h"

#include <QClipboard>
#include <QComboBox>
#include <QElapsedTimer>
#include <QListView>
#include <QMenuBar>
#include <QSpinBox>
#include <QTabBar>

using namespace reslens;
using namespace reslens::test;

namespace {

QStringList shownLabels(const WindowBench &bench)
{
    QStringList labels;
    const QAbstractItemModel *model = bench.part<widgets::PredictionView>()->model();
    for (int row = 0; row < model->rowCount(); ++row)
        labels << model->index(row, 0).data().toString();
    return labels;
}

QStringList labelsOf(const nn::Trace &trace, const nn::Model &model)
{
    QStringList labels;
    for (const analysis::Prediction &prediction : analysis::topPredictions(trace.forward(), 0, model.labels, 5))
        labels << QString::fromStdString(prediction.label);
    return labels;
}

} // namespace

class WindowTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void a_dropped_picture_is_classified_and_its_classes_are_listed();
    void arrow_keys_select_a_block_and_the_grid_shows_its_channels();
    void grid_pixels_are_the_colours_of_the_tensor();
    void text_called_jpg_is_told_inline_and_the_picture_stays();
    void a_dropped_checkpoint_becomes_the_model();
    void a_broken_checkpoint_is_told_inline_and_the_model_stays();
    void the_levels_of_a_deep_picture_are_chosen();
    void the_newest_of_several_pictures_wins();
    void several_files_become_a_strip_and_keys_walk_through_it();
    void pasted_image_data_is_classified();
    void a_remote_address_is_refused_inline();
    void two_thousand_channels_scroll_without_painting_them_all();
    void question_mark_lists_the_shortcuts();
    void every_menu_action_has_a_shortcut_or_is_a_listing();
    void keys_walk_through_tensors_and_blocks();
    void sorting_puts_the_strongest_channel_first();
    void the_layout_fits_into_1280_by_720_data();
    void the_layout_fits_into_1280_by_720();
    void damaged_settings_do_not_prevent_the_start();
};

void WindowTest::initTestCase()
{
    QVERIFY2(QGuiApplication::platformName() == "xcb", "run under xvfb-run with QT_QPA_PLATFORM=xcb");
    gui::applyTheme(*qApp, gui::ThemeChoice::Light, QApplication::palette());
}

void WindowTest::a_dropped_picture_is_classified_and_its_classes_are_listed()
{
    WindowBench bench;
    bench.show();
    bench.session.openModel("small");
    const QString path = bench.savedPicture("meadow.png", 1);
    bench.dropFiles({path});
    QTRY_COMPARE(bench.part<widgets::PredictionView>()->model()->rowCount(), 5);

    const auto model = generatedModel("small", "resnet8");
    const auto trace = std::move(ReferenceRun(model, path).trace);
    QVERIFY(trace);
    QCOMPARE(shownLabels(bench), labelsOf(*trace, *model));
    QVERIFY2(bench.window.windowTitle().startsWith("meadow.png — small"), qPrintable(bench.window.windowTitle()));
    QVERIFY(!bench.window.messageBar().isVisible());
    QCOMPARE(bench.settings.recentPictures(), QStringList{path});
}

void WindowTest::arrow_keys_select_a_block_and_the_grid_shows_its_channels()
{
    WindowBench bench;
    bench.show();
    bench.session.openModel("small");
    bench.dropFiles({bench.savedPicture("a.png", 2)});
    auto *grid = bench.part<widgets::FeatureGrid>();
    QTRY_COMPARE(grid->channelCount(), 16);

    auto *ribbon = bench.part<widgets::Ribbon>();
    ribbon->setFocus();
    QTest::keyClick(ribbon, Qt::Key_Right); // layer1.0 -> layer2.0
    QCOMPARE(bench.session.position(), 1);
    QTRY_COMPARE(grid->channelCount(), 32);
    QTest::keyClick(ribbon, Qt::Key_End);
    QTest::keyClick(ribbon, Qt::Key_Left);
    QTRY_COMPARE(grid->channelCount(), 64);
    QCOMPARE(bench.session.model()->network.blocks[bench.session.position()].name, std::string("layer3.0"));
    QTest::keyClick(ribbon, Qt::Key_Home);
    QCOMPARE(bench.session.position(), session::kStem);
    QTRY_COMPARE(grid->channelCount(), 16);
}

void WindowTest::grid_pixels_are_the_colours_of_the_tensor()
{
    WindowBench bench;
    bench.show();
    bench.session.openModel("small");
    const QString path = bench.savedPicture("a.png", 3);
    bench.dropFiles({path});
    auto *grid = bench.part<widgets::FeatureGrid>();
    QTRY_COMPARE(grid->channelCount(), 16);

    const auto model = generatedModel("small", "resnet8");
    const auto trace = std::move(ReferenceRun(model, path).trace);
    const Result<Tensor> expected = trace->read(model->network.blocks[0].y);
    QVERIFY(expected);
    QVERIFY2(relativeError(*grid->maps().tensor, *expected) < 1e-6, worst(*grid->maps().tensor, *expected));

    const QImage shown = grid->grab().toImage();
    const float high = models::magnitudeQuantile(*expected, 0.99); // the page's default range
    const Shape &shape = expected->shape;
    for (int place = 0; place < 3; ++place) {
        const QRect rect = grid->tileRect(place);
        const int scale = rect.width() / shape.w;
        QCOMPARE(rect.width(), scale * shape.w);
        for (int row = 0; row < shape.h; ++row)
            for (int column = 0; column < shape.w; ++column) {
                const QRgb pixel =
                    shown.pixel(rect.x() + column * scale + scale / 2, rect.y() + row * scale + scale / 2);
                const float value = (*grid->maps().tensor)(0, place, row, column);
                QCOMPARE(pixel, widgets::colourOf(value, {0, high}, widgets::duskMap()));
            }
    }
}

void WindowTest::text_called_jpg_is_told_inline_and_the_picture_stays()
{
    WindowBench bench;
    bench.show();
    bench.session.openModel("small");
    bench.dropFiles({bench.savedPicture("good.png", 4)});
    QTRY_COMPARE(shownLabels(bench).size(), 5);
    const QStringList before = shownLabels(bench);

    bench.dropFiles({bench.savedBytes("bad.jpg", "this is no picture at all\n")});
    QTRY_VERIFY(bench.window.messageBar().isVisible());
    QVERIFY2(bench.window.messageBar().message().contains("bad.jpg"), qPrintable(bench.window.messageBar().message()));
    QCOMPARE(bench.session.picture().name, QString("good.png"));
    QCOMPARE(shownLabels(bench), before);
    QVERIFY(!QApplication::activeModalWidget());
    bench.screenshot("message");
}

void WindowTest::a_dropped_checkpoint_becomes_the_model()
{
    WindowBench bench;
    bench.show();
    bench.session.openModel("small");
    bench.dropFiles({bench.savedPicture("a.png", 5)});
    QTRY_COMPARE(shownLabels(bench).size(), 5);

    const auto deep = generatedModel("deep", "resnet20");
    const QString path = bench.savedBytes("mine.safetensors", safetensorsOf(*deep));
    bench.dropFiles({path});
    QTRY_COMPARE(QString::fromStdString(bench.session.model()->path), path);
    QTRY_COMPARE(shownLabels(bench).size(), 5);
    QCOMPARE(bench.session.model()->network.blocks.size(), std::size_t(9));
    QCOMPARE(bench.settings.recentModels(), QStringList{path});

    const auto trace = std::move(ReferenceRun(deep, bench.session.picture().image).trace);
    const int top = analysis::topPredictions(trace->forward(), 0, deep->labels, 1).front().index;
    QCOMPARE(bench.session.predictions().front().index, top);
}

void WindowTest::a_broken_checkpoint_is_told_inline_and_the_model_stays()
{
    WindowBench bench;
    bench.show();
    bench.session.openModel("small");
    bench.dropFiles({bench.savedPicture("a.png", 5)});
    QTRY_COMPARE(shownLabels(bench).size(), 5);
    const QByteArray whole = safetensorsOf(*generatedModel("deep", "resnet20"));
    bench.dropFiles({bench.savedBytes("cut.safetensors", whole.left(whole.size() / 2))});
    QTRY_VERIFY(bench.window.messageBar().isVisible());
    QVERIFY(bench.window.messageBar().message().contains("cut.safetensors"));
    QCOMPARE(bench.session.model()->name, std::string("small"));
    QCOMPARE(shownLabels(bench).size(), 5);
}

void WindowTest::the_newest_of_several_pictures_wins()
{
    WindowBench bench;
    bench.show();
    bench.session.openModel("deep");
    for (int seed = 0; seed < 6; ++seed)
        bench.dropFiles({bench.savedPicture(QString("p%1.png").arg(seed), seed)});
    QTRY_COMPARE(bench.session.picture().name, QString("p5.png"));
    QTRY_VERIFY(bench.session.activity().isEmpty() && bench.session.traced());

    const auto model = generatedModel("deep", "resnet20");
    const auto trace = std::move(ReferenceRun(model, bench.session.picture().image).trace);
    QVERIFY(relativeError(bench.session.traced()->forward.logits, trace->forward().logits) < 1e-6);
    QCOMPARE(shownLabels(bench), labelsOf(*trace, *model));
}

void WindowTest::several_files_become_a_strip_and_keys_walk_through_it()
{
    WindowBench bench;
    bench.show();
    bench.session.openModel("small");
    bench.dropFiles({bench.savedPicture("a.png", 1), bench.savedPicture("b.png", 2), bench.savedPicture("c.png", 3)});
    QTRY_COMPARE(bench.session.picture().name, QString("a.png"));
    const QListView *strip = nullptr;
    for (const QListView *list : bench.window.findChildren<QListView *>())
        if (list->accessibleName() == "Open pictures")
            strip = list;
    QVERIFY(strip);
    QVERIFY(strip->isVisible());
    QCOMPARE(strip->model()->rowCount(), 3);
    QTRY_VERIFY(strip->model()->index(2, 0).data(Qt::DecorationRole).isValid());
    QTest::keyClick(&bench.window, Qt::Key_Right, Qt::AltModifier);
    QTRY_COMPARE(bench.session.picture().name, QString("b.png"));
    QTRY_VERIFY(bench.session.activity().isEmpty());
    bench.screenshot("strip");
}

void WindowTest::pasted_image_data_is_classified()
{
    WindowBench bench;
    bench.show();
    bench.session.openModel("small");
    QGuiApplication::clipboard()->setImage(drawnPicture(8));
    QTest::keyClick(&bench.window, Qt::Key_V, Qt::ControlModifier);
    QTRY_COMPARE(shownLabels(bench).size(), 5);
    QCOMPARE(bench.session.picture().name, QString("Pasted image"));
}

void WindowTest::a_remote_address_is_refused_inline()
{
    WindowBench bench;
    bench.show();
    QMimeData mime;
    mime.setUrls({QUrl("https://example.org/cat.jpg")});
    bench.drop(mime);
    QVERIFY(bench.window.messageBar().isVisible());
    QVERIFY(bench.window.messageBar().message().contains("does not use the network"));
}

void WindowTest::two_thousand_channels_scroll_without_painting_them_all()
{
    widgets::FeatureGrid grid;
    grid.resize(800, 500);
    auto tensor = std::make_shared<Tensor>(Shape{1, 2048, 56, 56}, 0.5f);
    widgets::FeatureMaps maps{tensor, {}, {}, {}, widgets::duskMap()};
    for (int c = 0; c < 2048; ++c) {
        maps.order.push_back(c);
        maps.ranges.push_back({0, 1});
        maps.captions.push_back({});
    }
    grid.setMaps(maps);
    grid.show();
    QVERIFY(QTest::qWaitForWindowExposed(&grid));
    QElapsedTimer timer;
    timer.start();
    QTest::keyClick(&grid, Qt::Key_End);
    grid.repaint();
    const qint64 elapsedMs = timer.elapsed();
    QCOMPARE(grid.currentChannel(), 2047);
    QVERIFY(grid.rect().contains(grid.tileRect(2047)));
    QVERIFY2(elapsedMs < 200, qPrintable(QString("%1 ms").arg(elapsedMs))); // all 2048 planes would take seconds
}

void WindowTest::question_mark_lists_the_shortcuts()
{
    WindowBench bench;
    bench.show();
    QVERIFY(QTest::qWaitForWindowExposed(&bench.window));
    QTest::keyClick(&bench.window, Qt::Key_Question);
    auto *overlay = bench.part<widgets::ShortcutOverlay>();
    QVERIFY(overlay);
    bench.screenshot("shortcuts");
    QTest::keyClick(overlay, Qt::Key_Escape);
    QTRY_VERIFY(!bench.part<widgets::ShortcutOverlay>());
}

void WindowTest::every_menu_action_has_a_shortcut_or_is_a_listing()
{
    WindowBench bench;
    // Recent files and models are lists under one shortcut. Exports differ from page to page.
    const QStringList listings{"Recent", "Export", "Model"};
    for (const QAction *menu : bench.window.menuBar()->actions()) {
        if (listings.contains(menu->text().remove('&')))
            continue;
        for (const QAction *action : menu->menu()->actions())
            if (!action->isSeparator() && !action->menu())
                QVERIFY2(!action->shortcut().isEmpty(), qPrintable(action->text()));
    }
}

void WindowTest::keys_walk_through_tensors_and_blocks()
{
    WindowBench bench;
    bench.show();
    bench.session.openModel("small");
    bench.dropFiles({bench.savedPicture("a.png", 2)});
    QTRY_VERIFY(bench.part<widgets::FeatureGrid>()->channelCount() > 0);
    QCOMPARE(bench.session.tap()->name, std::string("y"));
    QTest::keyClick(&bench.window, Qt::Key_Comma);
    QCOMPARE(bench.session.tap()->name, std::string("u"));
    QTest::keyClick(&bench.window, Qt::Key_Period);
    QTest::keyClick(&bench.window, Qt::Key_Period);
    QCOMPARE(bench.session.tap()->name, std::string("conv1"));
    QTest::keyClick(&bench.window, Qt::Key_BracketRight);
    QCOMPARE(bench.session.position(), 1);
    QCOMPARE(bench.session.tap()->name, std::string("conv1")); // the tensor stays if the next block has it
    QTRY_COMPARE(bench.part<widgets::FeatureGrid>()->channelCount(), 32);
    QCOMPARE(bench.part<widgets::Ribbon>()->currentRow(), 2);
}

void WindowTest::sorting_puts_the_strongest_channel_first()
{
    WindowBench bench;
    bench.show();
    bench.session.openModel("small");
    bench.dropFiles({bench.savedPicture("a.png", 2)});
    auto *grid = bench.part<widgets::FeatureGrid>();
    QTRY_COMPARE(grid->channelCount(), 16);
    for (auto *box : bench.window.findChildren<QComboBox *>())
        if (box->accessibleName() == "Sort")
            box->setCurrentText("norm");
    const std::vector<int> expected =
        orderedChannels(models::channelStatistics(*grid->maps().tensor), models::ChannelOrder::Norm);
    QCOMPARE(grid->maps().order, expected);
    QVERIFY(expected.front() != 0);
}

void WindowTest::the_layout_fits_into_1280_by_720_data()
{
    QTest::addColumn<int>("theme");
    QTest::newRow("light") << int(gui::ThemeChoice::Light);
    QTest::newRow("dark") << int(gui::ThemeChoice::Dark);
}

void WindowTest::the_layout_fits_into_1280_by_720()
{
    QFETCH(int, theme);
    gui::applyTheme(*qApp, gui::ThemeChoice(theme), QApplication::palette());
    WindowBench bench;
    bench.window.resize(1280, 720);
    bench.show();
    bench.session.openModel("deep");
    bench.dropFiles({bench.savedPicture("a.png", 6)});
    QTRY_VERIFY(bench.part<widgets::FeatureGrid>()->channelCount() > 0);
    QCOMPARE(bench.window.size(), QSize(1280, 720));
    const auto *predictions = bench.part<widgets::PredictionView>();
    const QRect last = predictions->visualRect(predictions->model()->index(4, 0));
    QVERIFY2(predictions->viewport()->rect().contains(last), "the fifth prediction is clipped");
    for (const QWidget *part : bench.window.findChildren<QWidget *>())
        if (part->isVisible() && part->parentWidget() && !qobject_cast<const QTabBar *>(part)) // its hint has arrows
            QTRY_VERIFY2(part->width() >= part->minimumSizeHint().width(),
                         qPrintable(QString(part->metaObject()->className()) + " " + part->accessibleName()));
    bench.screenshot(QString("window-%1").arg(QTest::currentDataTag()));
    bench.session.selectTap(1);
    QTRY_VERIFY(bench.part<widgets::FeatureGrid>()->maps().map.kind() == widgets::ColourMap::Kind::Diverging);
    QVERIFY(QTest::qWaitForWindowExposed(&bench.window));
    QApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest);
    bench.screenshot(QString("signed-%1").arg(QTest::currentDataTag()));
    gui::applyTheme(*qApp, gui::ThemeChoice::Light, QApplication::palette());
}

void WindowTest::the_levels_of_a_deep_picture_are_chosen()
{
    WindowBench bench;
    bench.show();
    QImage deep(64, 64, QImage::Format_Grayscale16);
    for (int y = 0; y < 64; ++y)
        std::ranges::fill(std::span(reinterpret_cast<quint16 *>(deep.scanLine(y)), 64), quint16(100 + 50 * y));
    const QString path = bench.folder.filePath("deep.png");
    QVERIFY(deep.save(path));
    bench.dropFiles({path});
    QTRY_VERIFY(bench.session.picture().levels.has_value());
    QCOMPARE(*bench.session.picture().levels, (image::Levels{100, 3250}));
    QSpinBox *low = nullptr, *high = nullptr;
    for (QSpinBox *box : bench.window.findChildren<QSpinBox *>()) {
        if (box->accessibleName() == "Value that is shown black")
            low = box;
        if (box->accessibleName() == "Value that is shown white")
            high = box;
    }
    QVERIFY(low && high && low->isVisible());
    QCOMPARE(low->value(), 100);
    low->setValue(1600); // the value of row 30
    QTRY_COMPARE(*bench.session.picture().levels, (image::Levels{1600, 3250}));
    QCOMPARE(qRed(bench.session.picture().image.pixel(0, 20)), 0);
    bench.screenshot("levels");
    bench.dropFiles({bench.savedPicture("plain.png", 1)});
    QTRY_VERIFY(!bench.session.picture().levels);
    QVERIFY(!low->isVisible());
}

void WindowTest::damaged_settings_do_not_prevent_the_start()
{
    QTemporaryDir folder;
    const QString path = folder.filePath("settings.ini");
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("[window]\ngeometry=@ByteArray(\x01\xff "
               "nonsense)\nlayout=12\n[recent]\npictures=@Variant(\\0\\0)\n]]]\ntheme=7");
    file.close();
    gui::Settings settings(path);
    QCOMPARE(settings.theme(), gui::ThemeChoice::System);
    gui::Catalogue catalogue;
    session::Session session(WindowBench::services());
    gui::MainWindow window({session, catalogue, settings, [](gui::ThemeChoice) {}});
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    QVERIFY(window.width() >= 900);
}

QTEST_MAIN(WindowTest)
#include "window_test.moc"
