#include "gui/file_contents_dialog.h"

#include "audit/file_contents.h"
#include "session/session.h"

#include <QClipboard>
#include <QDialogButtonBox>
#include <QFile>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace reslens::gui {

FileContentsDialog::FileContentsDialog(const session::Session &session, QWidget *parent)
    : QDialog(parent), m_text(new QPlainTextEdit(this)),
      m_background([this](const Error &error) { m_text->setPlainText(QString::fromStdString(error.message())); })
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("What is in this file"));
    resize(760, 560);
    auto *column = new QVBoxLayout(this);
    m_text->setReadOnly(true);
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_text->setAccessibleName(tr("What is in the file"));
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    QPushButton *copy = buttons->addButton(tr("&Copy all"), QDialogButtonBox::ActionRole);
    column->addWidget(m_text);
    column->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(copy, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(m_text->toPlainText()); });

    const nn::Model *model = session.model();
    if (!model || model->path.empty()) {
        m_text->setPlainText(
            model ? tr("%1 came with the program; it has no file of its own.").arg(QString::fromStdString(model->name))
                  : tr("No model is open."));
        return;
    }
    m_text->setPlainText(tr("Reading %1…").arg(session.modelSource()));
    m_background.start(
        "contents",
        [path = QFile::encodeName(session.modelSource()).toStdString(), network = session.settings().options.network] {
            return audit::contentsOf(path, network);
        },
        [this](const Result<audit::FileContents> &contents) {
            m_text->setPlainText(
                QString::fromStdString(contents ? audit::textOf(*contents) : contents.error().message()));
        });
}

QString FileContentsDialog::text() const
{
    return m_text->toPlainText();
}

} // namespace reslens::gui
