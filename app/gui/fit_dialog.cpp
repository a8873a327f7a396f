#include "gui/fit_dialog.h"

#include "image/decode.h"
#include "session/session.h"
#include "widgets/controls.h"

#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace reslens::gui {

namespace {

constexpr std::size_t kMostPictures = 12; // more make the answer hardly surer

enum Column { NameColumn, AllColumn, WorstColumn, LayerColumn, ColumnCount };

QTableWidgetItem *item(const QString &text, bool isNumber = false)
{
    auto *made = new QTableWidgetItem(text);
    made->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable);
    if (isNumber)
        made->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    return made;
}

QString number(double value)
{
    return QString::number(value, 'g', 3);
}

} // namespace

FitDialog::FitDialog(session::Session &session, QWidget *parent)
    : QDialog(parent), m_session(session), m_words(new QLabel(this)), m_table(new QTableWidget(0, ColumnCount, this)),
      m_task(new widgets::TaskControl({}, this)),
      m_background([this](const Error &error) { m_words->setText(QString::fromStdString(error.message())); })
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Find the preprocessing"));
    resize(720, 420);
    m_table->setHorizontalHeaderLabels({tr("prepared or built as"), tr("all layers"), tr("worst"), tr("at")});
    m_table->setAccessibleName(tr("Preparations, the best fit first"));
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setSectionResizeMode(NameColumn, QHeaderView::Stretch);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_words->setWordWrap(true);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    m_apply = buttons->addButton(tr("&Take the selected one"), QDialogButtonBox::ActionRole);
    m_apply->setEnabled(false);
    auto *column = new QVBoxLayout(this);
    column->addWidget(m_words);
    column->addWidget(m_table);
    column->addWidget(m_task);
    column->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_apply, &QPushButton::clicked, this, &FitDialog::apply);
    connect(m_task, &widgets::TaskControl::cancelled, this, &QDialog::reject);
    connect(m_table, &QTableWidget::itemSelectionChanged, this,
            [this] { m_apply->setEnabled(m_table->currentRow() >= 0); });
    if (!session.model() || session.picture().isNull()) {
        m_words->setText(tr("Open a model and a picture first."));
        return;
    }
    readPictures();
}

FitDialog::~FitDialog()
{
    m_session.trust().cancelSearch();
}

/// The picture that is shown, and others of the strip.
void FitDialog::readPictures()
{
    m_words->setText(tr("Comparing preparations with what the checkpoint remembers of its training…"));
    m_task->setRunning(true);
    std::vector<session::PictureSource> sources = m_session.pictures();
    if (sources.size() > kMostPictures)
        sources.resize(kMostPictures);
    if (sources.empty())
        return search({m_session.picture().image});
    m_background.start(
        "pictures",
        [sources] {
            std::vector<QImage> pictures;
            for (const session::PictureSource &source : sources) {
                const Result<QImage> decoded = source.image.isNull() ? image::decodeFile(source.path) : source.image;
                if (decoded)
                    pictures.push_back(*decoded);
            }
            return pictures;
        },
        [this](std::vector<QImage> pictures) { search(std::move(pictures)); });
}

void FitDialog::search(std::vector<QImage> pictures)
{
    m_session.trust().searchFit(
        this, std::move(pictures),
        [this](const Result<std::vector<study::FitCandidate>> &candidates) {
            m_task->setRunning(false);
            if (candidates)
                showCandidates(*candidates);
            else
                m_words->setText(QString::fromStdString(candidates.error().message()));
        },
        [this](int done, int total) { m_task->setProgress(done, total); });
}

void FitDialog::showCandidates(const std::vector<study::FitCandidate> &candidates)
{
    m_candidates = candidates;
    m_table->setRowCount(int(candidates.size()));
    for (int row = 0; row < m_table->rowCount(); ++row) {
        const study::FitCandidate &candidate = candidates[std::size_t(row)];
        const analysis::LayerFit *worst = candidate.fit.worst();
        const QString name = QString::fromStdString(candidate.name);
        m_table->setItem(row, NameColumn, item(candidate.isCurrent ? tr("%1 (now)").arg(name) : name));
        m_table->setItem(row, AllColumn, item(worst ? number(candidate.fit.all.value) : tr("not finite"), true));
        m_table->setItem(row, WorstColumn, item(worst ? number(worst->fit.value) : QString(), true));
        m_table->setItem(row, LayerColumn, item(worst ? QString::fromStdString(worst->name) : QString()));
    }
    const study::FitCandidate *better = study::betterThanCurrent(candidates);
    const int pictures = candidates.front().fit.pictures;
    const QString what = better ? tr("The pictures fit far better as '%1'.").arg(QString::fromStdString(better->name))
                                : tr("No preparation fits far better than the present one.");
    m_words->setText(tr("%1 (%2; 0 is perfect. The order of the channels and dilation cannot be told. Pictures unlike "
                        "the training's fit poorly however they are prepared.)")
                         .arg(what, pictures == 1 ? tr("one picture") : tr("%1 pictures").arg(pictures)));
    m_table->selectRow(0);
}

void FitDialog::apply()
{
    const int row = m_table->currentRow();
    const nn::Model *model = m_session.model();
    if (row < 0 || row >= int(m_candidates.size()) || !model)
        return;
    const study::FitCandidate &candidate = m_candidates[std::size_t(row)];
    zoo::ModelSettings settings = m_session.settings();
    settings.preprocess = zoo::changesBetween(model->ownPreprocess, candidate.preprocess);
    settings.options.variant = nn::merged(settings.options.variant, candidate.variant);
    m_session.changeSettings(settings);
    accept();
}

} // namespace reslens::gui
