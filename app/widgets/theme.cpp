#include "widgets/theme.h"

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
    // By the text: a style sheet may have made the background transparent, which reads as black.
    return palette.color(QPalette::WindowText).lightness() > 127 ? darkTheme() : lightTheme();
}

QPalette paletteOf(const Theme &theme)
{
    QPalette palette(theme.raised, theme.window);
    palette.setColor(QPalette::WindowText, theme.text);
    palette.setColor(QPalette::Base, theme.surface);
    palette.setColor(QPalette::AlternateBase, theme.raised);
    palette.setColor(QPalette::Text, theme.text);
    palette.setColor(QPalette::Button, theme.raised);
    palette.setColor(QPalette::ButtonText, theme.text);
    palette.setColor(QPalette::ToolTipBase, theme.raised);
    palette.setColor(QPalette::ToolTipText, theme.text);
    palette.setColor(QPalette::Highlight, theme.accent);
    palette.setColor(QPalette::HighlightedText, theme.onAccent);
    palette.setColor(QPalette::PlaceholderText, theme.muted);
    palette.setColor(QPalette::Link, theme.accent);
    palette.setColor(QPalette::Mid, theme.border);
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, mixed(theme.muted, theme.window, 0.35));
    return palette;
}

QColor mixed(const QColor &a, const QColor &b, double share)
{
    const auto mix = [share](int from, int to) { return int(from + (to - from) * share + 0.5); };
    return QColor(mix(a.red(), b.red()), mix(a.green(), b.green()), mix(a.blue(), b.blue()));
}

} // namespace reslens::widgets
