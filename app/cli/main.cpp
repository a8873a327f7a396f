// reslens-cli: the command line. Finds the command and runs it.
#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/report.h"

#include <QCoreApplication>

#include <array>
#include <exception>
#include <new>

namespace {

using namespace reslens::cli;

constexpr std::array<Command, 10> kCommands{{
    {"classify", "Predicts what is in pictures.", classify},
    {"inspect", "Takes apart what every residual block does to one picture, forward and backward.", inspect},
    {"fit", "Ranks preparations and variants by how well pictures fit the training.", fit},
    {"lesion", "Cuts one residual branch at a time, and says what changes.", lesion},
    {"compare", "Sets what several networks say about one picture side by side, and what they cost.", compare},
    {"models", "Lists the networks that are here, or describes one.", models},
    {"audit", "Says what is in a checkpoint's file, and what Python would run if it loaded it.", audit},
    {"devices", "Lists the Vulkan devices, and says which one is used and why.", devices},
    {"bench", "Measures how long a pass takes.", bench},
    {"selftest", "Compares this device with the CPU reference, layer by layer.", selfTest},
}};

void printOverview()
{
    print("Usage: reslens-cli COMMAND [options] …\n\nLooks inside residual networks. Commands:\n");
    for (const Command &command : kCommands)
        print(QStringLiteral("  %1 %2\n").arg(command.name, -10).arg(command.summary));
    print("\nOptions of every command: --device, --json, --quiet, --version, --help.\n"
          "reslens-cli COMMAND --help describes a command. Exit codes: 0 done, 1 failed, 2 wrong usage.\n");
}

int run(QStringList arguments)
{
    const qsizetype position = commandPosition(arguments);
    if (position < 0) {
        if (arguments.contains("--version")) {
            print(QStringLiteral("reslens-cli " RESLENS_VERSION "\n"));
            return kDone;
        }
        if (arguments.contains("--help") || arguments.contains("-h")) {
            printOverview();
            return kDone;
        }
        return usageError({}, "no command given");
    }
    const QString name = arguments.takeAt(position);
    for (const Command &command : kCommands)
        if (name == QLatin1String(command.name))
            return command.run(command, arguments);
    return usageError({}, QStringLiteral("there is no command '%1'").arg(name));
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName("reslens-cli");
    QCoreApplication::setOrganizationName("ResLens");
    int code = kFailed;
    try {
        code = run(application.arguments().mid(1));
    } catch (const std::bad_alloc &) {
        return failed({reslens::ErrorKind::Limit, {}, "out of memory", {}});
    } catch (const reslens::Error &error) { // for example a file that changed while it was open
        return failed(error);
    } catch (const std::exception &exception) { // from a library
        return failed({reslens::ErrorKind::Io, {}, exception.what(), {}});
    }
    if (!flushOutput())
        return failed({reslens::ErrorKind::Io, "stdout", "the output could not be written", {}});
    return code;
}
