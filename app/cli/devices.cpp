// reslens-cli devices: what could run a network here, which one does, and why.
#include "cli/arguments.h"
#include "cli/report.h"
#include "vulkan/context.h"

namespace reslens::cli {

namespace {

// What answers where no Vulkan device does; every command takes it as --device cpu.
constexpr const char *kReferenceName = "CPU reference";

void printText(const std::vector<vulkan::DeviceFacts> &facts, const std::vector<vulkan::DeviceVerdict> &verdicts,
               int chosen, const std::string &reason)
{
    const auto text = [](const std::string &s) { return QString::fromStdString(s); };
    for (std::size_t i = 0; i < facts.size(); ++i)
        print(QStringLiteral("%1 %2: %3 (%4), %5: %6\n")
                  .arg(int(i) == chosen ? u'*' : u' ')
                  .arg(i)
                  .arg(text(facts[i].name), text(vulkan::name(facts[i].kind)), text(facts[i].driver),
                       text(verdicts[i].reason)));
    print(QStringLiteral("%1 cpu: %2\n").arg(chosen < 0 ? u'*' : u' ').arg(kReferenceName));
    print(QStringLiteral("* is the default: %1\n").arg(text(reason)));
}

} // namespace

int devices(const Command &self, const QStringList &given)
{
    Arguments arguments(self, "");
    if (const auto over = arguments.parse(given))
        return *over;
    if (!arguments.positional().isEmpty())
        return arguments.wrong("takes no further arguments");

    const std::vector<vulkan::DeviceFacts> facts = vulkan::listDevices();
    const std::vector<vulkan::DeviceVerdict> verdicts = vulkan::judge(facts);
    const auto choice = vulkan::choose(facts, {});
    const int chosen = choice ? choice->index : -1;
    const std::string reason = choice ? choice->reason : choice.error().message();
    if (!arguments.wantsJson()) {
        printText(facts, verdicts, chosen, reason);
        return kDone;
    }
    Json list = Json::array();
    for (std::size_t i = 0; i < facts.size(); ++i)
        list.push_back({{"index", i},
                        {"name", facts[i].name},
                        {"kind", vulkan::name(facts[i].kind)},
                        {"driver", facts[i].driver},
                        {"usable", verdicts[i].isUsable},
                        {"reason", verdicts[i].reason},
                        {"default", int(i) == chosen}});
    list.push_back({{"index", nullptr},
                    {"name", kReferenceName},
                    {"kind", "reference"},
                    {"driver", ""},
                    {"usable", true},
                    {"reason", "plain formulas and oneDNN; --device cpu"},
                    {"default", chosen < 0}});
    printJson({{"devices", list},
               {"default", chosen < 0 ? kReferenceName : facts[std::size_t(chosen)].name},
               {"reason", reason}});
    return kDone;
}

} // namespace reslens::cli
