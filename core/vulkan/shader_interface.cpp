#include "vulkan/shader_interface.h"

#include <algorithm>
#include <map>
#include <utility>

namespace reslens::vulkan {

namespace {

// These numbers come from the SPIR-V specification, sections 2.3 and 3.
constexpr std::size_t kHeaderWords = 5;
enum Operation : std::uint32_t {
    kTypeInt = 21,
    kTypeFloat = 22,
    kTypeVector = 23,
    kTypeStruct = 30,
    kTypePointer = 32,
    kVariable = 59,
    kDecorate = 71,
    kMemberDecorate = 72,
};
enum Decoration : std::uint32_t { kBinding = 33, kOffset = 35 };
enum StorageClass : std::uint32_t { kUniformConstant = 0, kPushConstant = 9 };

using Words = std::span<const std::uint32_t>;

/// The facts about a module's identifiers that we need, each by its number.
struct Module {
    std::map<std::uint32_t, std::uint32_t> bindingOf;                          // by variable
    std::map<std::uint32_t, std::uint32_t> sizeOf;                             // by number or vector type
    std::map<std::uint32_t, std::vector<std::uint32_t>> membersOf;             // by struct
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> offsetOf; // by member of a struct
    std::map<std::uint32_t, std::uint32_t> pointeeOf;                          // by pointer type
    struct Variable {
        std::uint32_t type, id, storageClass;
    };
    std::vector<Variable> variables;

    explicit Module(Words words)
    {
        for (std::size_t at = kHeaderWords; at < words.size(); at += std::max(words[at] >> 16, 1u))
            read(words[at] & 0xffff, words.subspan(at + 1, (words[at] >> 16) - 1));
    }

    void read(std::uint32_t operation, Words operands)
    {
        switch (operation) {
        case kTypeInt:
        case kTypeFloat:
            sizeOf[operands[0]] = operands[1] / 8;
            break;
        case kTypeVector:
            sizeOf[operands[0]] = sizeOf[operands[1]] * operands[2];
            break;
        case kTypeStruct:
            membersOf[operands[0]].assign(operands.begin() + 1, operands.end());
            break;
        case kTypePointer:
            pointeeOf[operands[0]] = operands[2];
            break;
        case kVariable:
            variables.push_back({operands[0], operands[1], operands[2]});
            break;
        case kDecorate:
            if (operands[1] == kBinding)
                bindingOf[operands[0]] = operands[2];
            break;
        case kMemberDecorate:
            if (operands[2] == kOffset)
                offsetOf[{operands[0], operands[1]}] = operands[3];
            break;
        default:
            break;
        }
    }

    /// The size of the block, rounded up to a multiple of its largest member, as C++ sizes a struct.
    std::uint32_t blockBytes(std::uint32_t type) const
    {
        std::uint32_t bytes = 0, largest = 1;
        const std::vector<std::uint32_t> &members = membersOf.at(type);
        for (std::uint32_t m = 0; m < members.size(); ++m) {
            const std::uint32_t size = sizeOf.at(members[m]);
            bytes = std::max(bytes, offsetOf.at({type, m}) + size);
            largest = std::max(largest, size);
        }
        return (bytes + largest - 1) / largest * largest;
    }
};

} // namespace

ShaderInterface interfaceOf(Words words)
{
    const Module module(words);
    ShaderInterface found;
    for (const Module::Variable &variable : module.variables) {
        if (variable.storageClass == kPushConstant)
            found.pushBytes = module.blockBytes(module.pointeeOf.at(variable.type));
        const auto binding = module.bindingOf.find(variable.id);
        if (binding == module.bindingOf.end())
            continue;
        found.bindings.resize(std::max<std::size_t>(found.bindings.size(), binding->second + 1));
        found.bindings[binding->second] =
            variable.storageClass == kUniformConstant ? Binding::Texels : Binding::Storage;
    }
    return found;
}

} // namespace reslens::vulkan
