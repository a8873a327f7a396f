#include "gui/report_collector.h"

#include "gui/session_storage.h"
#include "pages/page_export.h"
#include "pages/page_frame.h"
#include "session/session.h"
#include "session/subject.h"
#include "widgets/theme.h"

#include <QBuffer>
#include <QFileInfo>
#include <QTabWidget>

#include <algorithm>

namespace reslens::gui {

using session::Session;

namespace {

constexpr int kTickMs = 40;
constexpr int kSettledTicks = 2;       // layouts need a tick to follow new data
constexpr qint64 kPatienceMs = 120000; // per view
constexpr int kPictureSide = 640;      // pixels; the report's picture
constexpr int kSharpness = 2;          // a view's pixels in the report per pixel in the window
constexpr int kMostPixels = 2600;      // greatest width of a view's picture
constexpr auto kLedgerTag = "report ledger";

QImage imageOf(QWidget &widget)
{
    QImage image(widget.size() * kSharpness, QImage::Format_RGB32);
    image.setDevicePixelRatio(kSharpness);
    image.fill(widgets::themeOf(widget.palette()).surface);
    widget.render(&image, {}, {}, QWidget::DrawChildren);
    return image;
}

QByteArray pngOf(const QImage &image)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    image.save(&buffer, "PNG");
    return bytes;
}

const pages::PageEntry *entryTitled(const std::vector<pages::PageEntry> &entries, const QString &title)
{
    const auto found = std::ranges::find(entries, title, &pages::PageEntry::title);
    return found != entries.end() ? &*found : nullptr;
}

} // namespace

ReportCollector::ReportCollector(const ReportSource &source, QObject *parent)
    : QObject(parent), m_source(source),
      m_background([this](const Error &error) { giveUp(QString::fromStdString(error.message())); })
{
    m_ticks.setInterval(kTickMs);
    connect(&m_ticks, &QTimer::timeout, this, &ReportCollector::lookAtView);
    connect(&source.session, &Session::tracedChanged, this, [this] {
        giveUp(tr("The picture, the model or a scale changed while the report was made; it is not written"));
    });
}

void ReportCollector::start()
{
    if (!m_source.session.traced()) {
        emit failed(tr("A report needs a picture and a model: open both first"));
        return;
    }
    m_isRunning = true;
    m_viewBefore = m_source.tabs.currentIndex();
    gatherHead();
    hashFiles();
    askLedger();
    showView(0);
}

void ReportCollector::gatherHead()
{
    const Session &session = m_source.session;
    const QString model = QString::fromStdString(session.model()->name);
    m_report.title = tr("%1, as %2 sees it").arg(session.picture().name, model);
    m_report.made = QDateTime::currentDateTime();
    m_report.isDark = widgets::themeOf(m_source.tabs.palette()).isDark;
    for (const analysis::Prediction &prediction : session.predictions())
        m_report.predictions.push_back(
            {QString::fromStdString(prediction.label), double(prediction.probability), double(prediction.logit)});
    m_report.picture = {{}, session.picture().name, kPictureSide / 2};
    m_report.network = {{}, tr("The blocks of %1 with their shortcuts").arg(model), 0};
    encode("network", imageOf(m_source.network), [this](QByteArray png) { m_report.network.png = std::move(png); });
    ++m_awaited;
    m_background.start(
        "picture",
        [image = session.picture().image] {
            const bool isSmall = std::max(image.width(), image.height()) <= kPictureSide;
            return pngOf(isSmall
                             ? image
                             : image.scaled(kPictureSide, kPictureSide, Qt::KeepAspectRatio, Qt::SmoothTransformation));
        },
        [this](QByteArray png) {
            m_report.picture.png = std::move(png);
            --m_awaited;
            finishWhenReady();
        });
}

void ReportCollector::hashFiles()
{
    const Session &session = m_source.session;
    const QString picture = session.picture().path;
    const QString model = session.model()->path.empty() ? QString() : session.modelSource();
    ++m_awaited;
    m_background.start(
        "hash",
        [picture, model](const std::stop_token &stop) {
            const auto hash = [&stop](const QString &path) {
                const Result<QString> found = path.isEmpty() ? Result<QString>(QString()) : sha256Of(path, stop);
                return found ? *found : QString::fromStdString(found.error().message());
            };
            return ReportHashes{hash(picture), hash(model)};
        },
        [this](ReportHashes hashes) {
            m_hashes = std::move(hashes);
            --m_awaited;
            finishWhenReady();
        });
}

void ReportCollector::askLedger()
{
    ++m_awaited;
    const nn::Objective objective = m_source.session.objective();
    m_source.session.ask(
        this, kLedgerTag,
        [objective](session::Subject &subject, const analysis::Job &job) {
            return analysis::ledgerOf(subject.run(), objective.target, objective.against, job);
        },
        [this](Result<analysis::Ledger> answer) {
            if (answer)
                m_ledger = std::make_shared<const analysis::Ledger>(std::move(*answer));
            else
                m_whyNoLedger = QString::fromStdString(answer.error().message());
            --m_awaited;
            finishWhenReady();
        });
}

void ReportCollector::showView(int index)
{
    m_view = index;
    m_settledTicks = 0;
    m_hasSeenAll = index >= m_source.tabs.count();
    if (m_hasSeenAll) {
        m_ticks.stop();
        emit progressed(index, tr("Putting it together"));
        finishWhenReady();
        return;
    }
    emit progressed(index, m_source.tabs.tabText(index));
    m_source.tabs.setCurrentIndex(index);
    m_patience.start();
    m_ticks.start();
}

void ReportCollector::lookAtView()
{
    auto *frame = qobject_cast<pages::PageFrame *>(m_source.tabs.widget(m_view));
    if (!frame) {
        showView(m_view + 1);
        return;
    }
    auto &page = *frame->page();
    m_settledTicks = page.isSettled() ? m_settledTicks + 1 : 0;
    if (m_settledTicks >= kSettledTicks)
        takeView({});
    else if (m_patience.elapsed() > kPatienceMs)
        takeView(tr("This view was still computing when the report was written."));
}

void ReportCollector::takeView(const QString &remark)
{
    auto &page = *static_cast<pages::PageFrame *>(m_source.tabs.widget(m_view))->page();
    const std::vector<pages::PageEntry> entries = pages::pages();
    ReportSection section;
    section.title = m_source.tabs.tabText(m_view);
    section.remark = remark;
    if (const pages::PageEntry *entry = entryTitled(entries, section.title)) {
        section.sentence = entry->explanation.sentence;
        section.formula = entry->explanation.formula;
        section.reference = entry->explanation.reference;
    }
    section.tables = page.tables();
    const bool isEmpty = section.tables.empty() && page.tensors().empty() && page.moreExports().empty();
    if (isEmpty && remark.isEmpty())
        section.remark = tr("This view has nothing to show of this picture and model.");
    const int shown = page.picture()->width();
    section.picture = {{}, tr("The view “%1”").arg(section.title), shown};
    m_report.sections.push_back(std::move(section));
    if (!isEmpty)
        encode(QStringLiteral("view %1").arg(m_view), pages::imageOf(page, std::min(kMostPixels, kSharpness * shown)),
               [this, at = m_report.sections.size() - 1](QByteArray png) {
                   m_report.sections[at].picture.png = std::move(png);
               });
    showView(m_view + 1);
}

void ReportCollector::encode(const QString &tag, const QImage &image, std::function<void(QByteArray)> take)
{
    ++m_awaited;
    m_background.start(
        tag, [image] { return pngOf(image); },
        [this, take = std::move(take)](QByteArray png) {
            take(std::move(png));
            --m_awaited;
            finishWhenReady();
        });
}

void ReportCollector::finishWhenReady()
{
    if (!m_isRunning || !m_hasSeenAll || m_awaited > 0)
        return;
    leave();
    m_report.facts = factsOf(m_source.session, m_hashes, m_ledger.get(), m_whyNoLedger);
    emit finished(m_report);
}

void ReportCollector::leave()
{
    m_isRunning = false;
    m_ticks.stop();
    m_source.session.worker().cancel(kLedgerTag);
    m_source.tabs.setCurrentIndex(m_viewBefore);
}

void ReportCollector::cancel()
{
    if (m_isRunning)
        leave();
}

void ReportCollector::giveUp(const QString &why)
{
    if (!m_isRunning)
        return;
    leave();
    emit failed(why);
}

ReportCollector *collectReport(const ReportSource &source, const std::function<void(const Result<Report> &)> &onDone,
                               QObject *parent)
{
    auto *collector = new ReportCollector(source, parent);
    QObject::connect(collector, &ReportCollector::finished, collector, [collector, onDone](const Report &report) {
        collector->deleteLater();
        onDone(report);
    });
    QObject::connect(collector, &ReportCollector::failed, collector, [collector, onDone](const QString &message) {
        collector->deleteLater();
        onDone(fail(ErrorKind::InvalidInput, "", message.toStdString()));
    });
    QMetaObject::invokeMethod(collector, &ReportCollector::start, Qt::QueuedConnection);
    return collector;
}

} // namespace reslens::gui
