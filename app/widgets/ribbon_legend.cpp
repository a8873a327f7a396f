#include "widgets/ribbon.h"
#include "widgets/theme.h"

#include <QPainter>

#include <algorithm>

namespace reslens::widgets {

namespace {

constexpr int kSample = 26; // pixels of line before each word
constexpr int kGap = 16;

struct Entry {
    models::SkipKind kind;
    QString word;
    Qt::PenStyle style;
};

const std::vector<Entry> &entries()
{
    static const std::vector<Entry> all{
        {models::SkipKind::Identity, RibbonLegend::tr("identity"), Qt::SolidLine},
        {models::SkipKind::Projection, RibbonLegend::tr("projection"), Qt::DashLine},
        {models::SkipKind::ZeroPad, RibbonLegend::tr("zero-padded"), Qt::DotLine},
    };
    return all;
}

} // namespace

RibbonLegend::RibbonLegend(const models::BlockModel &model, QWidget *parent) : QWidget(parent), m_model(model)
{
    connect(&model, &QAbstractItemModel::modelReset, this, [this] {
        updateGeometry();
        update();
    });
}

std::vector<models::SkipKind> RibbonLegend::kinds() const
{
    std::vector<models::SkipKind> present;
    for (const Entry &entry : entries())
        for (int row = 0; row < m_model.rowCount(); ++row)
            if (m_model.row(row).skip == entry.kind) {
                present.push_back(entry.kind);
                break;
            }
    return present;
}

QSize RibbonLegend::sizeHint() const
{
    int width = 0;
    for (const Entry &entry : entries())
        width += kSample + 6 + fontMetrics().horizontalAdvance(entry.word) + kGap;
    return {width, fontMetrics().height() + 2};
}

void RibbonLegend::paintEvent(QPaintEvent *)
{
    const Theme &theme = themeOf(palette());
    const std::vector<models::SkipKind> present = kinds();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    int right = width();
    for (auto entry = entries().rbegin(); entry != entries().rend(); ++entry) {
        if (std::ranges::find(present, entry->kind) == present.end())
            continue;
        const int wordWidth = fontMetrics().horizontalAdvance(entry->word);
        painter.setPen(theme.muted);
        painter.drawText(QRect(right - wordWidth, 0, wordWidth + 1, height()), Qt::AlignVCenter, entry->word);
        right -= wordWidth + 6;
        painter.setPen(QPen(theme.skip, 2, entry->style));
        painter.drawArc(QRect(right - kSample, height() / 2 - 5, kSample, 16), 0, 180 * 16);
        right -= kSample + kGap;
    }
}

} // namespace reslens::widgets
