#include "pages/compare/model_list.h"

#include "session/intake.h"
#include "session/session.h"
#include "widgets/theme.h"

#include <QAction>
#include <QDragEnterEvent>
#include <QEvent>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QMimeData>
#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>

namespace reslens::pages {

namespace {

constexpr int kMark = 18; // pixels, at least

QStringList checkpointsIn(const QMimeData &data)
{
    QStringList paths;
    for (const QUrl &url : data.urls()) {
        const QString path = url.toLocalFile();
        if (session::hasCheckpointName(path))
            paths << path;
    }
    return paths;
}

/// Draws the model's colour and its number in the charts.
QIcon markOf(const QColor &colour, int number, const widgets::Theme &theme, int side, qreal pixelRatio)
{
    QPixmap mark(QSize(side, side) * pixelRatio);
    mark.setDevicePixelRatio(pixelRatio);
    mark.fill(Qt::transparent);
    QPainter painter(&mark);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    painter.drawEllipse(QRectF(0.5, 0.5, side - 1, side - 1));
    QFont font = painter.font();
    font.setPixelSize(side * 2 / 3);
    font.setBold(true);
    painter.setFont(font);
    painter.setPen(theme.surface);
    painter.drawText(QRectF(0, 0, side, side), Qt::AlignCenter, QString::number(number));
    return QIcon(mark);
}

QString stateOf(const Candidate &candidate)
{
    if (!candidate.problem.isEmpty())
        return ModelList::tr("failed: %1").arg(candidate.problem);
    if (candidate.summary)
        return ModelList::tr("%1 blocks").arg(candidate.summary->blocks.size());
    return candidate.isUnderWay ? ModelList::tr("waiting or running…") : ModelList::tr("not run");
}

} // namespace

void DropList::dragEnterEvent(QDragEnterEvent *event)
{
    if (!checkpointsIn(*event->mimeData()).isEmpty())
        event->acceptProposedAction();
    else
        event->ignore();
}

void DropList::dragMoveEvent(QDragMoveEvent *event)
{
    if (!checkpointsIn(*event->mimeData()).isEmpty())
        event->acceptProposedAction();
    else
        event->ignore();
}

void DropList::dropEvent(QDropEvent *event)
{
    const QStringList paths = checkpointsIn(*event->mimeData());
    if (paths.isEmpty())
        return event->ignore();
    event->acceptProposedAction();
    emit checkpointsDropped(paths);
}

ModelList::ModelList(Candidates &candidates, session::Session &session, Offers offers, QWidget *parent)
    : QWidget(parent), m_candidates(candidates), m_session(session), m_offers(std::move(offers)),
      m_list(new DropList(this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(m_list, 1);
    column->addWidget(makeButtons());
    m_list->setAcceptDrops(true);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setWordWrap(true);
    const int side = std::max(kMark, m_list->fontMetrics().height() * 6 / 5);
    m_list->setIconSize({side, side});
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setAccessibleName(tr("Models that are compared"));
    m_list->setToolTip(tr("Two to six models. The first is what the others are held against. Drop checkpoints here."));
    connect(m_list, &DropList::checkpointsDropped, this, &ModelList::addCheckpoints);
    connect(m_list, &QListWidget::currentRowChanged, this, &ModelList::showButtons);
    connect(&m_candidates, &Candidates::changed, this, &ModelList::showAll);
    const auto key = [this](const QKeySequence &keys, QToolButton *button) {
        auto *action = new QAction(m_list);
        action->setShortcut(keys);
        action->setShortcutContext(Qt::WidgetShortcut);
        connect(action, &QAction::triggered, button, &QToolButton::click);
        m_list->addAction(action);
    };
    key(Qt::Key_Delete, m_remove);
    key(Qt::CTRL | Qt::Key_Up, m_up);
    key(Qt::CTRL | Qt::Key_Down, m_down);
    showAll();
}

QWidget *ModelList::makeButtons()
{
    auto *buttons = new QWidget(this);
    auto *row = new QHBoxLayout(buttons);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    const auto button = [&](const QString &text, const QString &name, const QString &toolTip) {
        auto *made = new QToolButton(buttons);
        made->setText(text);
        made->setAccessibleName(name);
        made->setToolTip(toolTip);
        made->setFocusPolicy(Qt::StrongFocus);
        row->addWidget(made);
        return made;
    };
    m_add = button(tr("Add  ▾"), tr("Add a model"), tr("Add a model to the comparison"));
    m_add->setPopupMode(QToolButton::InstantPopup);
    m_menu = new QMenu(m_add);
    m_add->setMenu(m_menu);
    connect(m_menu, &QMenu::aboutToShow, this, &ModelList::fillMenu);
    fillMenu(); // now, since a menu without entries does not open
    row->addStretch(1);
    m_up = button(QStringLiteral("↑"), tr("Move up"), tr("Move up (Ctrl+Up)"));
    m_down = button(QStringLiteral("↓"), tr("Move down"), tr("Move down (Ctrl+Down)"));
    m_remove = button(QStringLiteral("✕"), tr("Remove the model"), tr("Remove the model (Del)"));
    for (QToolButton *quiet : {m_up, m_down, m_remove})
        quiet->setObjectName("quiet");
    const auto move = [this](int step) {
        const int from = m_list->currentRow();
        m_candidates.move(from, step);
        m_list->setCurrentRow(std::clamp(from + step, 0, std::max(0, m_list->count() - 1)));
        emit edited();
    };
    connect(m_up, &QToolButton::clicked, this, [move] { move(-1); });
    connect(m_down, &QToolButton::clicked, this, [move] { move(1); });
    connect(m_remove, &QToolButton::clicked, this, [this] {
        m_candidates.remove(m_list->currentRow());
        emit edited();
    });
    return buttons;
}

void ModelList::fillMenu()
{
    m_menu->clear();
    const auto offer = [this](const QString &text, const QString &nameOrPath, const QString &title) {
        connect(m_menu->addAction(text), &QAction::triggered, this, [this, nameOrPath, title] {
            m_candidates.add(nameOrPath, title);
            emit edited();
        });
    };
    if (const nn::Model *model = m_session.model())
        offer(tr("The open model: %1").arg(QString::fromStdString(model->name)), m_session.modelSource(),
              QString::fromStdString(model->name));
    for (const auto &[name, title] : m_offers)
        offer(title, name, name);
    m_menu->addSeparator();
    connect(m_menu->addAction(tr("Checkpoint file…")), &QAction::triggered, this, &ModelList::chooseCheckpoints);
    connect(m_menu->addAction(tr("Remove all")), &QAction::triggered, this, [this] {
        m_candidates.clear();
        emit edited();
    });
}

void ModelList::chooseCheckpoints()
{
    const QString endings = session::checkpointPatterns().join(' ');
    addCheckpoints(
        QFileDialog::getOpenFileNames(this, tr("Add models"), {}, tr("Checkpoints (%1);;All files (*)").arg(endings)));
}

void ModelList::addCheckpoints(const QStringList &paths)
{
    for (const QString &path : paths)
        m_candidates.add(path);
    if (!paths.isEmpty())
        emit edited();
}

void ModelList::showAll()
{
    const auto &all = m_candidates.all();
    while (m_list->count() > int(all.size()))
        delete m_list->takeItem(m_list->count() - 1);
    while (m_list->count() < int(all.size()))
        addItem();
    for (int i = 0; i < int(all.size()); ++i) {
        const Candidate &candidate = all[std::size_t(i)];
        const QString state = stateOf(candidate);
        QListWidgetItem *item = m_list->item(i);
        item->setText(candidate.title + '\n' + state);
        item->setToolTip(candidate.nameOrPath + '\n' + state);
        item->setData(Qt::ForegroundRole,
                      candidate.problem.isEmpty() ? QVariant() : QBrush(widgets::themeOf(palette()).bad));
    }
    showButtons();
}

/// Appends an item with the mark of its place.
void ModelList::addItem()
{
    const widgets::Theme &theme = widgets::themeOf(palette());
    const int place = m_list->count();
    new QListWidgetItem(
        markOf(widgets::seriesColour(theme, place), place + 1, theme, m_list->iconSize().width(), devicePixelRatioF()),
        {}, m_list);
}

void ModelList::showButtons()
{
    const int row = m_list->currentRow();
    m_remove->setEnabled(row >= 0);
    m_up->setEnabled(row > 0);
    m_down->setEnabled(row >= 0 && row + 1 < m_list->count());
}

void ModelList::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() != QEvent::PaletteChange || !m_remove)
        return;
    const int row = m_list->currentRow();
    m_list->clear();
    showAll();
    m_list->setCurrentRow(row);
}

} // namespace reslens::pages
