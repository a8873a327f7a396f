#include "widgets/ribbon_layout.h"

#include <algorithm>
#include <cmath>

namespace reslens::widgets {

namespace {

// Pixels at the usual font size.
constexpr double kMargin = 10;
constexpr double kEndWidth = 58;      // the stem's and the head's box; the bars' names stand under the stem
constexpr double kEndGap = 8;         // next to those boxes
constexpr double kStageBoxWidth = 84; // a collapsed stage's box
constexpr double kSmallestReadableBox = 26;
constexpr double kLargestFittedBox = 88, kLargestBox = 220;
constexpr double kSmallestPitch = 5;
constexpr double kLargestGap = 20; // between boxes, for a split and an addition
constexpr double kGapShare = 0.36; // share of a small pitch
constexpr double kStageGap = 12;
constexpr double kTop = 2, kHeading = 22, kArc = 30, kBox = 34, kBarDistance = 9, kBar = 9, kBetweenBars = 4,
                 kBottom = 8;
constexpr double kArcRise = 57;                              // the top of the cubic is at three quarters of it
constexpr double kSplitShare = 0.28, kJoinShare = 0.38;      // shares of the gap: distance from the box
constexpr double kJoinRadius = 5.5, kJoinRadiusShare = 0.29; // the share limits the radius in a small gap

double gapOf(double pitch)
{
    return std::min(kLargestGap, pitch * kGapShare);
}

/// Returns the pitch that gives boxes this width.
double pitchOf(double boxWidth)
{
    return std::min(boxWidth / (1 - kGapShare), boxWidth + kLargestGap);
}

struct Run {
    int firstRow, lastRow, stage; // stage 0: the stem or the head
};

std::vector<Run> runsOf(const models::BlockModel &model)
{
    std::vector<Run> runs;
    for (int row = 0; row < model.rowCount(); ++row) {
        const int stage = model.row(row).stage;
        if (stage > 0 && !runs.empty() && runs.back().stage == stage)
            runs.back().lastRow = row;
        else
            runs.push_back({row, row, stage});
    }
    return runs;
}

class Builder {
public:
    Builder(const models::BlockModel &model, const RibbonView &view)
        : m_model(model), m_view(view), m_runs(runsOf(model))
    {
        choosePitch();
        m_layout.scale = 1;
        m_layout.line = kBoxTop + kBox / 2;
        m_layout.height = kBarsTop + 2 * kBar + kBetweenBars + kBottom;
        m_layout.arcRise = kArcRise;
        m_layout.joinRadius = std::min(kJoinRadius, m_gap * kJoinRadiusShare);
    }

    RibbonLayout built()
    {
        m_x = kMargin;
        for (const Run &run : m_runs) {
            if (run.firstRow > 0)
                m_x += run.stage > 0 && run.firstRow > 1 ? kStageGap : kEndGap;
            if (run.stage == 0)
                addEnd(run.firstRow);
            else
                addStage(run);
        }
        m_layout.width = m_x + kMargin;
        scaleAndCentre();
        return m_layout;
    }

private:
    static constexpr double kBoxTop = kTop + kHeading + kArc;
    static constexpr double kBarsTop = kBoxTop + kBox + kBarDistance;
    static constexpr double kStagePitch = kStageBoxWidth + kLargestGap;

    bool isCollapsed(const Run &run) const { return run.stage > 0 && m_view.collapsed.contains(run.stage); }

    void choosePitch()
    {
        double fixed = 2 * (kMargin + kEndWidth + kEndGap);
        int stages = 0, blocks = 0;
        for (const Run &run : m_runs) {
            stages += run.stage > 0;
            if (isCollapsed(run))
                fixed += kStagePitch;
            else if (run.stage > 0)
                blocks += run.lastRow - run.firstRow + 1;
        }
        fixed += std::max(0, stages - 1) * kStageGap;
        const double fitting = (m_view.viewportWidth / m_view.scale - fixed) / std::max(1, blocks);
        const double automatic = std::clamp(fitting, pitchOf(kSmallestReadableBox), pitchOf(kLargestFittedBox));
        m_layout.smallest = std::clamp(fitting, kSmallestPitch, automatic);
        m_layout.largest = pitchOf(kLargestBox);
        m_layout.pitch =
            m_view.pitch ? std::clamp(*m_view.pitch / m_view.scale, m_layout.smallest, m_layout.largest) : automatic;
        m_gap = gapOf(m_layout.pitch);
    }

    void addEnd(int row)
    {
        const QRectF box(m_x, kBoxTop, kEndWidth, kBox);
        RibbonCell cell{row, row, false, box, box, {}, {}, models::SkipKind::None, {}, {}};
        cell.split = QPointF(box.left(), m_layout.line);
        cell.join = QPointF(box.right(), m_layout.line);
        m_layout.cells.push_back(cell);
        m_x = box.right();
    }

    void addCell(int firstRow, int lastRow, bool isStage)
    {
        const double pitch = isStage ? kStagePitch : m_layout.pitch, gap = isStage ? kLargestGap : m_gap;
        RibbonCell cell{firstRow, lastRow, isStage, {}, {}, {}, {}, m_model.row(lastRow).skip, {}, {}};
        cell.area = QRectF(QPointF(m_x, kBoxTop - kArc), QPointF(m_x + pitch, kBarsTop + 2 * kBar + kBetweenBars));
        cell.box = QRectF(m_x + gap / 2, kBoxTop, pitch - gap, kBox);
        cell.split = QPointF(cell.box.left() - gap * kSplitShare, m_layout.line);
        cell.join = QPointF(cell.box.right() + gap * kJoinShare, m_layout.line);
        const double edge = std::min(2.0, pitch * 0.08);
        cell.forwardBar = QRectF(m_x + edge, kBarsTop, pitch - 2 * edge, kBar);
        cell.gradientBar = cell.forwardBar.translated(0, kBar + kBetweenBars);
        m_layout.cells.push_back(cell);
        m_x += pitch;
    }

    void addStage(const Run &run)
    {
        RibbonStage stage{run.stage,
                          isCollapsed(run),
                          {},
                          {},
                          QStringLiteral("layer%1").arg(run.stage),
                          models::planeText(m_model.row(run.firstRow).shape)};
        const double left = m_x;
        if (stage.isCollapsed)
            addCell(run.firstRow, run.lastRow, true);
        for (int row = run.firstRow; row <= run.lastRow && !stage.isCollapsed; ++row)
            addCell(row, row, false);
        stage.band = QRectF(left, kTop, m_x - left, m_layout.height - kTop);
        stage.heading = QRectF(left, kTop, m_x - left, kHeading);
        m_layout.stages.push_back(stage);
    }

    void scaleAndCentre()
    {
        const double f = m_view.scale;
        for (double *length : {&m_layout.width, &m_layout.height, &m_layout.line, &m_layout.scale, &m_layout.pitch,
                               &m_layout.smallest, &m_layout.largest, &m_layout.joinRadius, &m_layout.arcRise})
            *length *= f;
        const double shift = std::max(0.0, std::floor((m_view.viewportWidth - m_layout.width) / 2));
        const auto move = [f, shift](QRectF &r) {
            r = QRectF(r.x() * f + shift, r.y() * f, r.width() * f, r.height() * f);
        };
        for (RibbonCell &cell : m_layout.cells) {
            for (QRectF *rect : {&cell.area, &cell.box, &cell.forwardBar, &cell.gradientBar})
                move(*rect);
            cell.split = cell.split * f + QPointF(shift, 0);
            cell.join = cell.join * f + QPointF(shift, 0);
        }
        for (RibbonStage &stage : m_layout.stages) {
            move(stage.band);
            move(stage.heading);
        }
        m_layout.width += shift;
    }

    const models::BlockModel &m_model;
    const RibbonView &m_view;
    std::vector<Run> m_runs;
    RibbonLayout m_layout;
    double m_gap = 0, m_x = 0;
};

} // namespace

RibbonLayout layOutRibbon(const models::BlockModel &model, const RibbonView &view)
{
    return Builder(model, view).built();
}

int RibbonLayout::cellAt(QPointF point) const
{
    const auto cell = std::ranges::find_if(cells, [point](const RibbonCell &c) { return c.area.contains(point); });
    return cell == cells.end() ? -1 : int(cell - cells.begin());
}

int RibbonLayout::cellOf(int row) const
{
    const auto cell = std::ranges::find_if(cells, [row](const RibbonCell &c) { return c.contains(row); });
    return cell == cells.end() ? -1 : int(cell - cells.begin());
}

int RibbonLayout::headingAt(QPointF point) const
{
    const auto stage =
        std::ranges::find_if(stages, [point](const RibbonStage &s) { return s.heading.contains(point); });
    return stage == stages.end() ? -1 : int(stage - stages.begin());
}

} // namespace reslens::widgets
