// The services of Page: it asks once, knows when it is settled, and says why it shows nothing.
#include "app/session_bench.h"

#include "pages/page.h"
#include "widgets/image_view.h"

using namespace reslens;
using namespace reslens::test;
using session::Subject;

namespace {

/// Shows a number of its trace: the count of blocks.
class CountPage : public pages::Page {
public:
    CountPage(const pages::PageContext &context, std::function<void()> duringWork)
        : Page(context, nullptr, "how many blocks it has"), m_duringWork(std::move(duringWork))
    {
        follow(&session::Session::tracedChanged, &session::Session::positionChanged);
    }
    QString exportName() const override { return "count"; }
    using Page::forget;

    std::shared_ptr<const int> blocks;
    int refreshed = 0, works = 0;

protected:
    void refresh() override
    {
        ++refreshed;
        ask(
            "count",
            [this](Subject &subject, const analysis::Job &) -> Result<int> {
                m_duringWork();
                ++works;
                return int(subject.network().blocks.size());
            },
            blocks, [] {});
    }
    void dropAnswers() override { blocks.reset(); }

private:
    const std::function<void()> m_duringWork;
};

struct CountBench : SessionBench {
    std::function<void()> duringWork = [] {};
    widgets::ImageView view;
    CountPage page{{session, view}, [this] { duringWork(); }};

    void showPage()
    {
        page.show();
        QVERIFY(QTest::qWaitForWindowExposed(&page));
    }
};

} // namespace

class PageTest : public QObject {
    Q_OBJECT

private slots:
    void it_asks_once_for_each_trace()
    {
        CountBench bench;
        bench.showPage();
        bench.open("resnet8");
        QTRY_VERIFY(bench.page.blocks);
        QCOMPARE(*bench.page.blocks, 3);
        const int refreshed = bench.page.refreshed;
        bench.session.selectPosition(1); // refreshes, and asks nothing
        QTRY_VERIFY(bench.page.refreshed > refreshed);
        QTRY_VERIFY(bench.page.isSettled());
        QCOMPARE(bench.page.works, 1);
        bench.session.scales().setBlock(0, {1, 0});
        QTRY_COMPARE(bench.page.works, 2);
    }

    void it_is_settled_once_nothing_of_its_own_is_under_way()
    {
        CountBench bench;
        bench.showPage();
        std::atomic<bool> waits{true};
        bench.duringWork = [&] {
            while (waits)
                std::this_thread::yield();
        };
        bench.open("resnet8");
        QTRY_VERIFY(bench.session.worker().isUnderWay("count"));
        QVERIFY(!bench.page.isSettled());
        bench.session.ask(
            this, "another", [](Subject &, const analysis::Job &) { return Result<int>(1); },
            [](const Result<int> &) {});
        waits = false;
        QTRY_VERIFY(bench.page.isSettled());
        QVERIFY(bench.page.blocks);
        bench.page.invalidate();
        QVERIFY(bench.page.isSettled());
    }

    void what_is_forgotten_does_not_come_and_can_be_asked_again()
    {
        CountBench bench;
        bench.showPage();
        bench.open("resnet8");
        QTRY_COMPARE(bench.page.works, 1);
        bench.page.blocks.reset();
        bench.page.forget("count");
        bench.page.invalidate();
        bench.page.forget("count");
        QVERIFY(bench.page.isSettled());
        QTest::qWait(50);
        QVERIFY(!bench.page.blocks);
        bench.page.invalidate();
        QTRY_VERIFY(bench.page.blocks);
    }

    void it_says_why_it_shows_nothing()
    {
        CountBench bench;
        bench.showPage();
        QCOMPARE(bench.page.whyEmpty(), QString("Choose a model, or drop a checkpoint, to see how many blocks it has"));
        bench.session.openModel("resnet8");
        QCOMPARE(bench.page.whyEmpty(), QString("Opening resnet8…"));
        QTRY_VERIFY(bench.session.model());
        QTRY_COMPARE(bench.page.whyEmpty(), QString("Open a picture to see how many blocks it has"));
        std::atomic<bool> waits{true};
        bench.duringWork = [&] {
            while (waits)
                std::this_thread::yield();
            throw Error(ErrorKind::Limit, "resnet8", "too many blocks to count");
        };
        bench.session.openImage(drawnPicture(1), "drawn");
        QTRY_VERIFY(bench.session.traced());
        QTRY_COMPARE(bench.page.whyEmpty(), QString("Computing…"));
        QSignalSpy failed(&bench.session, &session::Session::failed);
        waits = false;
        QTRY_COMPARE(bench.page.whyEmpty(), QString("resnet8: too many blocks to count"));
        QCOMPARE(failed.count(), 1);
        QVERIFY(bench.page.isSettled());
    }

    void without_a_trace_its_answers_are_dropped_even_while_nobody_looks()
    {
        CountBench bench;
        bench.showPage();
        bench.open("resnet8");
        QTRY_VERIFY(bench.page.blocks);
        bench.page.hide();
        bench.session.openModel("resnet20");
        QTRY_COMPARE(bench.session.modelSource(), QString("resnet20"));
        QVERIFY(!bench.page.blocks);
        QVERIFY(!bench.page.isSettled()); // it is out of date
    }
};

QTEST_MAIN(PageTest)
#include "page_test.moc"
