#include "gui/command_line.h"

#include "pages/page.h"
#include "study/class_maps.h"

#include <QCommandLineParser>
#include <QRegularExpression>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace reslens::gui {

namespace {

[[noreturn]] void endWithUsage(const QString &problem)
{
    std::fprintf(stderr, "reslens: error: %s\n", qPrintable(problem));
    std::exit(2);
}

QSize sizeFrom(const QString &text)
{
    static const QRegularExpression pattern("^(\\d{3,5})x(\\d{3,5})$");
    const QRegularExpressionMatch match = pattern.match(text);
    if (!match.hasMatch())
        endWithUsage(QStringLiteral("--size %1: expected WIDTHxHEIGHT, as in 1280x720").arg(text));
    return {match.captured(1).toInt(), match.captured(2).toInt()};
}

ThemeChoice themeFrom(const QString &text)
{
    static const QStringList names{"system", "light", "dark"};
    if (!names.contains(text))
        endWithUsage(QStringLiteral("--theme %1: expected system, light or dark").arg(text));
    return ThemeChoice(names.indexOf(text));
}

void refuseUnknown(const QCommandLineParser &parser, const QString &option, const QStringList &known)
{
    if (parser.isSet(option) && !known.contains(parser.value(option)))
        endWithUsage(QStringLiteral("--%1 %2: expected one of %3").arg(option, parser.value(option), known.join(", ")));
}

} // namespace

bool asksAboutProgram(const QStringList &arguments)
{
    constexpr const char *kQuestions[] = {"-h", "--help", "--help-all", "-v", "--version"};
    return std::ranges::any_of(kQuestions, [&](const char *question) { return arguments.contains(question); });
}

CommandLine parseCommandLine(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription("Looks inside residual networks.");
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument("IMAGE", "Pictures or folders; a checkpoint becomes the model.", "[IMAGE...]");
    const QCommandLineOption model("model", "An embedded model's name or a checkpoint's path.", "M");
    const QCommandLineOption device("device", "The Vulkan device's number or name, or 'cpu'.", "D");
    const QCommandLineOption half("half", "Keep the weights in fp16 on the device: half the memory, less exact.");
    const QCommandLineOption theme("theme", "system, light or dark, for this run.", "T");
    const QCommandLineOption size("size", "The window's size.", "WxH");
    const QCommandLineOption screenshot("screenshot", "Saves the window as PNG when the maps are shown, and ends.",
                                        "FILE");
    QStringList pageIds, mapIds;
    for (const pages::PageEntry &entry : pages::pages())
        pageIds << entry.id;
    for (const study::ClassMapKind &kind : study::classMapKinds())
        mapIds << QString::fromStdString(kind.id);
    const QCommandLineOption page("page", "The view to show: " + pageIds.join(", ") + ".", "P");
    const QCommandLineOption map("map", "The map over the picture: " + mapIds.join(", ") + ".", "MAP");
    parser.addOptions({model, device, half, theme, size, page, map, screenshot});
    const bool isUnderstood = parser.parse(arguments);
    if (parser.isSet("help") || parser.isSet("help-all"))
        parser.showHelp();
    if (parser.isSet("version"))
        parser.showVersion();
    if (!isUnderstood)
        endWithUsage(parser.errorText());
    if (parser.isSet(screenshot) && parser.positionalArguments().isEmpty())
        endWithUsage(QStringLiteral("--screenshot waits for a picture's maps: name a picture"));
    refuseUnknown(parser, "page", pageIds);
    refuseUnknown(parser, "map", mapIds);
    CommandLine line{
        parser.value(model), parser.value(device), parser.isSet(half),      parser.positionalArguments(), {}, {},
        parser.value(page),  parser.value(map),    parser.value(screenshot)};
    if (parser.isSet(theme))
        line.theme = themeFrom(parser.value(theme));
    if (parser.isSet(size))
        line.size = sizeFrom(parser.value(size));
    return line;
}

} // namespace reslens::gui
