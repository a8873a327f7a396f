#include "widgets/theme.h"

#include <array>

namespace reslens::widgets {

const Theme &lightTheme()
{
    static const Theme theme{false,     "#f3f4f7", "#ffffff", "#eceef3", "#d8dce4", "#1a1e27", "#5b6474",
                             "#2f5be0", "#ffffff", "#0b8a7b", "#d9602a", "#14783a", "#8f5f00", "#bd2330"};
    return theme;
}

const Theme &darkTheme()
{
    static const Theme theme{true,      "#13151a", "#1b1e25", "#272b35", "#353b48", "#e9ebf0", "#9ba4b4",
                             "#7ba0ff", "#0d1017", "#37c8b6", "#ff9a5e", "#4fc78d", "#f0b63c", "#ff7078"};
    return theme;
}

const Theme &themeOf(const QPalette &palette)
{
    // Looks at the text, since a style sheet may have made the background transparent, which reads as black.
    return palette.color(QPalette::WindowText).lightness() > 127 ? darkTheme() : lightTheme();
}

QPalette paletteOf(const Theme &theme)
{
    QPalette palette(theme.raised, theme.window);
    const std::pair<QPalette::ColorRole, QColor> roles[] = {{QPalette::WindowText, theme.text},
                                                            {QPalette::Base, theme.surface},
                                                            {QPalette::AlternateBase, theme.raised},
                                                            {QPalette::Text, theme.text},
                                                            {QPalette::Button, theme.raised},
                                                            {QPalette::ButtonText, theme.text},
                                                            {QPalette::ToolTipBase, theme.raised},
                                                            {QPalette::ToolTipText, theme.text},
                                                            {QPalette::Highlight, theme.accent},
                                                            {QPalette::HighlightedText, theme.onAccent},
                                                            {QPalette::PlaceholderText, theme.muted},
                                                            {QPalette::Link, theme.accent},
                                                            {QPalette::Mid, theme.border}};
    for (const auto &[role, colour] : roles)
        palette.setColor(role, colour);
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, mixed(theme.muted, theme.window, 0.35));
    return palette;
}

QColor mixed(const QColor &a, const QColor &b, double share)
{
    const auto mix = [share](int from, int to) { return qRound(from + (to - from) * share); };
    return QColor(mix(a.red(), b.red()), mix(a.green(), b.green()), mix(a.blue(), b.blue()));
}

namespace {

// After Paul Tol's "bright" and "muted" schemes (SRON/EPS/TN/09-002); the lightness is fitted to the background.
constexpr std::array<const char *, kSeriesColours> kOnLight{"#3a6db5", "#a8336f", "#8a7a00",
                                                            "#5f6b7a", "#2a9fd0", "#6a3fa0"};
constexpr std::array<const char *, kSeriesColours> kOnDark{"#79a8f0", "#ee7db0", "#d8c548",
                                                           "#aab4c2", "#6fd3ff", "#b493ee"};
constexpr std::array kStyles{Qt::SolidLine, Qt::DashLine, Qt::DotLine};

} // namespace

QColor seriesColour(const Theme &theme, int index)
{
    return QColor((theme.isDark ? kOnDark : kOnLight)[std::size_t(index % kSeriesColours)]);
}

Qt::PenStyle seriesStyle(int index)
{
    return kStyles[std::size_t(index) % kStyles.size()];
}

namespace {

// Object names: #panelTitle, #segment (a button of a row of choices), #link, #muted, #message.
const char *const kTemplate = R"(
QToolTip { color: @text; background: @raised; border: 1px solid @border; padding: 4px 6px; }
QMainWindow::separator { background: @window; width: 6px; height: 6px; }
QMainWindow::separator:hover { background: @border; }

QMenuBar { background: @window; padding: 5px 6px; border-bottom: 1px solid @border; }
QMenuBar::item { padding: 5px 9px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected { background: @raised; }
QMenu { background: @surface; border: 1px solid @border; padding: 5px; }
QMenu::item { padding: 5px 26px 5px 22px; border-radius: 4px; }
QMenu::item:selected { background: @accent; color: @onAccent; }
QMenu::item:disabled { color: @muted; background: transparent; }
QMenu::separator { height: 1px; background: @border; margin: 5px 8px; }

QToolButton, QPushButton { background: @surface; border: 1px solid @border; border-radius: 6px; padding: 5px 12px; }
QToolButton:hover, QPushButton:hover { background: @raised; }
QToolButton:pressed, QPushButton:pressed { background: @border; }
QToolButton:focus, QPushButton:focus { border: 1px solid @accent; }
QToolButton::menu-indicator { image: none; width: 0px; }
QToolButton#toggle { padding: 3px 10px; }
QToolButton#toggle:checked { background: @accent; color: @onAccent; border: 1px solid @accent; }
QToolButton#skipToggle, QToolButton#branchToggle { padding: 3px 10px; border: 2px dashed @muted; color: @muted; }
QToolButton#skipToggle:checked { border: 2px solid @skip; color: @text; }
QToolButton#branchToggle:checked { border: 2px solid @branch; color: @text; }
QToolButton#skipToggle:focus, QToolButton#branchToggle:focus { border-color: @accent; }
QToolButton#skipToggle:disabled, QToolButton#branchToggle:disabled { border: 2px solid @border; color: @muted; }
QToolButton#segment { border-radius: 5px; padding: 4px 10px; background: transparent; border: 1px solid transparent; }
QToolButton#segment:hover { background: @raised; }
QToolButton#segment:checked { background: @accent; color: @onAccent; }
QToolButton#segment:focus { border: 1px solid @accent; }
QToolButton#quiet { background: transparent; border: 1px solid transparent; padding: 2px 6px; color: @muted; }
QToolButton#quiet:hover { background: @raised; color: @text; }
QToolButton#quiet:focus { border: 1px solid @accent; }

QDockWidget { titlebar-close-icon: none; }
QFrame#card { background: @surface; border: 1px solid @border; border-radius: 8px; }
QLabel#panelTitle { color: @muted; font-size: 8.5pt; font-weight: bold; }
QLabel#muted { color: @muted; }
QFrame#message { background: @badTint; border: 1px solid @bad; border-radius: 6px; }
QFrame#notice { background: @accentTint; border: 1px solid @accent; border-radius: 6px; }

QTabWidget::pane { border: 1px solid @border; border-radius: 8px; background: @surface; top: -1px; }
QTabBar::tab { background: transparent; color: @muted; padding: 7px 14px; border: none;
               border-bottom: 2px solid transparent; margin-right: 4px; }
QTabBar::tab:selected { color: @text; border-bottom: 2px solid @accent; }
QTabBar::tab:hover { color: @text; }
QTabBar::tab:focus { color: @accent; }

QListView, QAbstractScrollArea#plain { background: transparent; border: none; }
QTableView { background: transparent; alternate-background-color: @tint; selection-background-color: @accentTint;
             selection-color: @text; }
QHeaderView { background: transparent; }
QHeaderView::section { background: transparent; color: @muted; border: none; border-bottom: 1px solid @border;
                       padding: 3px 8px; font-weight: bold; }
QTextBrowser#explanation { background: @tint; border: none; border-left: 1px solid @border; padding: 8px; }
QSplitter::handle { background: transparent; }
QStatusBar { background: @window; border-top: 1px solid @border; color: @muted; }
QStatusBar::item { border: none; }

QScrollBar:vertical { background: transparent; width: 11px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 11px; margin: 0; }
QScrollBar::handle { background: @border; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: @muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; border: none; }

QSlider::groove:horizontal { height: 4px; background: @border; border-radius: 2px; }
QSlider::sub-page:horizontal { background: @accent; border-radius: 2px; }
QSlider::handle:horizontal { background: @accent; width: 14px; height: 14px; margin: -5px 0; border-radius: 7px; }
QSlider::handle:horizontal:focus { border: 2px solid @text; width: 10px; height: 10px; }
QSlider::handle:horizontal:disabled, QSlider::sub-page:horizontal:disabled { background: @border; }
)";

} // namespace

QString styleSheetOf(const Theme &theme)
{
    const std::pair<const char *, QColor> colours[] = {
        {"@window", theme.window},
        {"@surface", theme.surface},
        {"@raised", theme.raised},
        {"@border", theme.border},
        {"@text", theme.text},
        {"@muted", theme.muted},
        {"@tint", mixed(theme.surface, theme.raised, 0.5)},
        {"@accentTint", mixed(theme.surface, theme.accent, 0.14)},
        {"@accent", theme.accent},
        {"@onAccent", theme.onAccent},
        {"@skip", theme.skip},
        {"@branch", theme.branch},
        {"@badTint", mixed(theme.surface, theme.bad, 0.14)},
        {"@bad", theme.bad},
    };
    QString sheet = QString::fromLatin1(kTemplate);
    for (const auto &[name, colour] : colours)
        sheet.replace(QLatin1String(name), colour.name());
    return sheet;
}

} // namespace reslens::widgets
