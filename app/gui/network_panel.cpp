#include "gui/network_panel.h"

#include "session/session.h"
#include "widgets/ribbon.h"
#include "widgets/ribbon_controls.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace reslens::gui {

using session::Session;

namespace {

/// The ribbon's rows are the stem, the blocks and the head.
int rowOf(int position)
{
    return position - session::kStem;
}

int positionOf(int row)
{
    return row + session::kStem;
}

} // namespace

NetworkPanel::NetworkPanel(Session &session, QWidget *parent)
    : QWidget(parent), m_session(session), m_ribbon(new widgets::Ribbon(m_model, this)),
      m_controls(new widgets::RibbonControls(m_model, this)), m_legend(new widgets::RibbonLegend(m_model)),
      m_quantity(new QComboBox), m_heading(makeHeading())
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum); // leaves the height to the views
    column->addWidget(m_ribbon);
    column->addWidget(m_controls);
    connectSession();
    connectWidgets();
}

QWidget *NetworkPanel::makeHeading()
{
    auto *heading = new QWidget;
    auto *row = new QHBoxLayout(heading);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    auto *label = new QLabel(tr("Colour by"), heading);
    label->setObjectName("muted");
    label->setBuddy(m_quantity);
    for (const study::Quantity &quantity : models::blockQuantities()) {
        m_quantity->addItem(models::nameOf(quantity), QString::fromStdString(quantity.id));
        m_quantity->setItemData(m_quantity->count() - 1, models::formulaOf(quantity), Qt::ToolTipRole);
    }
    m_quantity->setAccessibleName(tr("Colour of the blocks"));
    m_quantity->setToolTip(tr("Which number of each block colours its box"));
    row->addWidget(m_legend);
    row->addWidget(label);
    row->addWidget(m_quantity);
    return heading;
}

void NetworkPanel::connectSession()
{
    Session &session = m_session;
    connect(&session, &Session::modelChanged, this, &NetworkPanel::showNetwork);
    connect(&session, &Session::positionChanged, this,
            [this] { m_ribbon->setCurrentRow(rowOf(m_session.position())); });
    connect(&session, &Session::hoveredChanged, this,
            [this] { m_ribbon->setHoveredRow(std::max(-1, rowOf(m_session.hoveredPosition()))); });
    connect(&session, &Session::tracedChanged, this, [this] {
        if (!m_session.traced())
            m_model.clearNumbers();
    });
    connect(&session.numbers(), &session::BlockNumbers::contributionsChanged, this, [this] {
        const auto numbers = m_session.numbers().contributions();
        m_model.setContributions(numbers ? *numbers : session::BlockNumbers::Contributions());
    });
    connect(&session.numbers(), &session::BlockNumbers::flowChanged, this, [this] {
        const auto flow = m_session.numbers().flow();
        m_model.setFlow(flow ? *flow : analysis::GradientFlow());
    });
    connect(&session.scales(), &session::LiveScales::changed, this,
            [this] { m_model.setScales(m_session.scales().scales()); });
    const auto showActivity = [this] {
        const QString activity = m_session.activity();
        m_ribbon->setPlaceholder(activity.isEmpty() ? tr("Choose a model, or drop a checkpoint") : activity);
    };
    connect(&session, &Session::activityChanged, this, showActivity);
    showActivity();
}

void NetworkPanel::connectWidgets()
{
    using widgets::Ribbon;
    using widgets::RibbonControls;
    connect(m_ribbon, &Ribbon::currentRowChanged, this, [this](int row) {
        m_controls->setRow(row);
        m_session.selectPosition(positionOf(row));
    });
    connect(m_ribbon, &Ribbon::hoveredRowChanged, this,
            [this](int row) { m_session.hoverPosition(row < 0 ? session::kNowhere : positionOf(row)); });
    connect(m_ribbon, &Ribbon::scaleRequested, this,
            [this](int block, nn::BlockScale scale) { m_session.scales().setBlock(block, scale); });
    connect(m_controls, &RibbonControls::scaleChanged, this, [this](int block, nn::BlockScale scale, bool isFinal) {
        m_session.scales().setBlock(block, scale, isFinal);
    });
    connect(m_controls, &RibbonControls::resetAllRequested, this, [this] {
        m_session.scales().setAll(std::vector<nn::BlockScale>(std::size_t(m_model.blockCount())),
                                  tr("the network as it was trained"));
    });
    connect(m_quantity, &QComboBox::currentIndexChanged, this, &NetworkPanel::setQuantity);
}

void NetworkPanel::showNetwork()
{
    const nn::Model *model = m_session.model();
    m_model.setNetwork(model->network, model->preprocess.crop);
    const int row = rowOf(m_session.position());
    m_ribbon->setCurrentRow(row);
    m_controls->setRow(row);
}

void NetworkPanel::setQuantity(int index)
{
    const study::Quantity &quantity = models::blockQuantities()[std::size_t(index)];
    m_ribbon->setQuantity(quantity);
    m_legend->setQuantity(quantity);
}

} // namespace reslens::gui
